import { accessSync, constants } from 'node:fs'
import path from 'node:path'

export interface Limits {
  addressSpaceBytes: number
  cpuSeconds: number
  fileBytes: number
  /** 0 to 19, 0 unless said: the higher, the more it stands back behind others. */
  niceness?: number
}

const find = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })

const nice = find('nice')
const setpriv = find('setpriv')
const prlimit = find('prlimit')

/**
 * The wall around every program that reads a stranger's file. It dies with its parent and has
 * limits; where util-linux is missing it runs bare. A mount and network wall belongs here too.
 */
export function wrap(program: string, args: string[], limits: Limits): [string, string[]] {
  const line = [
    ...(nice && limits.niceness ? [nice, '-n', `${limits.niceness}`] : []),
    ...(setpriv ? [setpriv, '--pdeathsig', 'KILL', '--'] : []),
    ...(prlimit
      ? [
          prlimit,
          `--as=${limits.addressSpaceBytes}`,
          `--cpu=${Math.ceil(limits.cpuSeconds)}`,
          `--fsize=${limits.fileBytes}`,
          ...['--nofile=512', '--core=0', '--'],
        ]
      : []),
    program,
    ...args,
  ]
  return [line[0]!, line.slice(1)]
}
