import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** What ffmpeg and ffprobe asked the kernel for, after the wall around them stood. */
export interface Traced {
  processCount: number
  /** Files in the job's folder and of the system, each open once. */
  openCount: number
  /** Opened, and neither the job's nor part of the system's programs. */
  outside: string[]
  /** Asked for out there, and not found or not allowed. */
  missed: string[]
  connects: string[]
}

/** Libraries, what the loader needs of /etc, and what the kernel says about itself. */
const system = [
  ...['/usr/', '/lib/', '/lib64/', '/lib32/', '/bin/', '/proc/', '/dev/', '/job/'],
  ...['/etc/ld.so.cache', '/etc/ld.so.preload', '/etc/alternatives/'],
  ...['/sys/devices/system/cpu', '/sys/devices/system/node'],
]

/**
 * A folder for the front of PATH: its `nice` traces whatever it runs, with the wall inside the
 * trace. Every task of a short or long lane is started by `nice`.
 */
export function makeTracer(folder: string): { bin: string; traces: string } {
  const [bin, traces] = [path.join(folder, 'bin'), path.join(folder, 'traces')]
  for (const each of [bin, traces]) mkdirSync(each, { recursive: true })
  const strace = 'strace -f -qq -s 400 -e trace=openat,open,creat,connect,execve'
  const script = `#!/bin/sh\nexec ${strace} -o ${traces}/$$ /usr/bin/nice "$@"\n`
  writeFileSync(path.join(bin, 'nice'), script, { mode: 0o755 })
  return { bin, traces }
}

/** The wall's own steps come before; from its `execve` on it is the program that reads. */
function afterStart(text: string): string[] {
  const lines = text.split('\n')
  const at = lines.findIndex((line) => /execve\("[^"]*\/ff(mpeg|probe)",.* = 0$/.test(line))
  return at < 0 ? [] : lines.slice(at + 1)
}

const isInside = (file: string, job: string): boolean => {
  const isRelative = !file.startsWith('/')
  if (isRelative) return !file.split('/').includes('..')
  return file.startsWith(`${job}/`) || system.some((place) => file.startsWith(place))
}

/** Read all traces; `job` is the folder of jobs where it has its own name. */
export function readTraces(traces: string, job: string): Traced {
  const found: Traced = { processCount: 0, openCount: 0, outside: [], missed: [], connects: [] }
  for (const name of readdirSync(traces)) {
    const lines = afterStart(readFileSync(path.join(traces, name), 'utf8'))
    if (lines.length) found.processCount++
    for (const line of lines) {
      if (/\bconnect\(/.test(line)) found.connects.push(line)
      const file = /\b(?:openat|open|creat)\((?:AT_FDCWD, )?"([^"]*)"/.exec(line)?.[1]
      if (file === undefined) continue
      found.openCount++
      if (isInside(file, job)) continue
      // An unfinished call has no result in its line: it counts as opened.
      ;(/ = -1 E\w+/.test(line) ? found.missed : found.outside).push(file)
    }
  }
  return found
}
