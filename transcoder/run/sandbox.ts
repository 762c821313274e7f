import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  readFileSync,
  readlinkSync,
  realpathSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import path from 'node:path'

/**
 * What stands around a program that reads a stranger's file. `bubblewrap`: namespaces of its own,
 * with one folder in them. `container`: no new rights and limits; the rest is the container's.
 */
export type WallName = 'bubblewrap' | 'container' | 'none'

export interface Limits {
  /** The one folder that the program needs; it works in there, by relative paths. */
  folder: string
  /** It reads and prints; false unless said. */
  isReadOnly?: boolean
  addressSpaceBytes: number
  cpuSeconds: number
  fileBytes: number
  /** 0 to 19, 0 unless said: the higher, the more it stands back behind others. */
  niceness?: number
}

/** What to spawn. */
export interface Line {
  program: string
  args: string[]
  cwd: string
  env: Record<string, string>
}

export const find = (program: string): string | undefined =>
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

const tools = {
  bwrap: find('bwrap'),
  nice: find('nice'),
  prlimit: find('prlimit'),
  setpriv: find('setpriv'),
}

/** Whether the tools are there; whether they work here is another question. */
export function canBuild(wall: WallName): boolean {
  if (wall === 'none') return true
  return Boolean(tools.prlimit && (wall === 'bubblewrap' ? tools.bwrap : tools.setpriv))
}

/** `/lib` and its like are links into `/usr` on merged systems, and folders on others. */
function rootOptions(): string[] {
  return ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap((place) => {
    const facts = lstatSync(place, { throwIfNoEntry: false })
    if (facts?.isSymbolicLink()) return ['--symlink', readlinkSync(place), place]
    return facts ? ['--ro-bind', place, place] : []
  })
}

/** Said outright, so that nobody looks for it in /etc. */
const timeZone = 'UTC0'

/** `tty_nr` of proc(5). */
function hasTerminal(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[4] !== '0'
}

/**
 * A session of its own keeps a program from typing into our terminal. Where there is none it would
 * only take `nice` away: the kernel shares its time among sessions first. sched(7), autogroup
 */
const apart = existsSync('/proc/self/stat') && !hasTerminal() ? [] : ['--new-session']

const systemOptions = [
  ...['--unshare-all', '--unshare-user', '--uid', '1000', '--gid', '1000'],
  ...['--disable-userns', '--die-with-parent', '--clearenv', ...apart],
  ...['--setenv', 'PATH', '/usr/bin', '--setenv', 'TZ', timeZone, '--hostname', 'job'],
  ...['--ro-bind', '/usr', '/usr', ...rootOptions()],
  // Debian's libblas is a link into alternatives; the cache names folders of libraries.
  ...['--ro-bind-try', '/etc/alternatives', '/etc/alternatives'],
  ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
  ...['--proc', '/proc', '--dev', '/dev', '--size', '64000000', '--tmpfs', '/tmp'],
]

function bubblewrapLine(program: string, { folder, isReadOnly }: Limits): string[] {
  const isElsewhere = path.isAbsolute(program) && !realpathSync(program).startsWith('/usr/')
  return [
    ...[tools.bwrap!, ...systemOptions],
    ...(isElsewhere ? ['--ro-bind', realpathSync(program), program] : []),
    ...[isReadOnly ? '--ro-bind' : '--bind', folder, '/job', '--chdir', '/job', '--'],
  ]
}

/** Root that keeps nothing of its powers; others have none to give up. */
const powerless = process.getuid?.() === 0 ? ['--bounding-set', '-all', '--inh-caps', '-all'] : []

const containerLine = (): string[] => [
  ...[tools.setpriv!, '--no-new-privs', ...powerless, '--pdeathsig', 'KILL', '--'],
]

/** Threads count as processes. Outside of namespaces those of the whole user would count. */
const maxThreads = 256 + 64 * availableParallelism()

function limitLine(wall: WallName, limits: Limits): string[] {
  if (!tools.prlimit) return []
  const cpuSeconds = Math.ceil(limits.cpuSeconds)
  return [
    tools.prlimit,
    `--as=${limits.addressSpaceBytes}`,
    // First SIGXCPU, which says what happened, then SIGKILL.
    `--cpu=${cpuSeconds}:${cpuSeconds + 5}`,
    `--fsize=${limits.fileBytes}`,
    ...(wall === 'bubblewrap' ? [`--nproc=${maxThreads}`] : []),
    ...['--nofile=512', '--core=0', '--'],
  ]
}

/**
 * The wall around every program that reads a stranger's file: it dies with its parent, has limits,
 * and hears of no path of this machine.
 */
export function wrap(wall: WallName, program: string, args: string[], limits: Limits): Line {
  const folder = path.resolve(limits.folder)
  if (folder === path.parse(folder).root) throw new Error('The folder of a job is not the root')
  const wallLine = {
    bubblewrap: () => bubblewrapLine(program, { ...limits, folder }),
    container: containerLine,
    none: () => [],
  }[wall]()
  const line = [
    ...(tools.nice && limits.niceness ? [tools.nice, '-n', `${limits.niceness}`] : []),
    ...wallLine,
    ...limitLine(wall, limits),
    program,
    ...args.map((arg) => arg.replaceAll(`${folder}${path.sep}`, '')),
  ]
  const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin', TZ: timeZone }
  return { program: line[0]!, args: line.slice(1), cwd: folder, env }
}

/** A wall's reaper says 128 + n where a signal ended the program; else null. */
export function signalOf(exitCode: number | null): string | null {
  const number = (exitCode ?? 0) - 128
  return deadly[number] ?? null
}

const deadly: Record<number, string> = {
  ...{ 1: 'SIGHUP', 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL' },
  ...{ 11: 'SIGSEGV', 15: 'SIGTERM', 24: 'SIGXCPU', 25: 'SIGXFSZ', 31: 'SIGSYS' },
}
