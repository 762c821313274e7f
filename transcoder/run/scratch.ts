import { mkdir, readdir, rm } from 'node:fs/promises'
import path from 'node:path'

export interface Scratch {
  dir: string
  path: (...names: string[]) => string
  remove: () => Promise<void>
}

export interface ScratchRoot {
  /** An empty folder for one attempt. */
  open: (name: string) => Promise<Scratch>
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/**
 * One folder a process and in it one an attempt, so that two transcoders may share `root`. What
 * dead processes left behind is removed.
 */
export async function openScratchRoot(root: string): Promise<ScratchRoot> {
  await mkdir(root, { recursive: true })
  for (const name of await readdir(root)) {
    const pid = Number(/^p(\d+)$/.exec(name)?.[1])
    const isStale = pid === process.pid || (pid > 0 && !isAlive(pid))
    if (isStale) await rm(path.join(root, name), { recursive: true, force: true })
  }
  const mine = path.join(root, `p${process.pid}`)
  return {
    async open(name) {
      const dir = path.join(mine, name)
      await rm(dir, { recursive: true, force: true })
      await mkdir(dir, { recursive: true })
      return {
        dir,
        path: (...names) => path.join(dir, ...names),
        remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
      }
    },
  }
}
