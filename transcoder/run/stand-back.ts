import { readFile, readdir } from 'node:fs/promises'
import { setPriority } from 'node:os'

const none = () => []

/** A process and all that came from it; empty where the kernel does not say. */
async function listFamily(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(none)
  const texts = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''),
    ),
  )
  const children = texts.flatMap((text) => text.split(' ').filter(Boolean).map(Number))
  const families = await Promise.all(children.map(listFamily))
  return [pid, ...families.flat()]
}

/**
 * Makes a running program nicer, with its children and all of their threads, as Linux keeps a nice
 * value a thread. What is gone meanwhile, or cannot be asked, stays as it is. `setpriority(2)`
 */
export async function standBack(pid: number, niceness: number): Promise<void> {
  for (const member of await listFamily(pid)) {
    for (const thread of await readdir(`/proc/${member}/task`).catch(none)) {
      try {
        setPriority(Number(thread), niceness)
      } catch {
        continue // it has ended, or is nicer already and not ours to hurry
      }
    }
  }
}
