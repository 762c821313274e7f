import { toHandle } from '../workspace/policy.ts'
import { isTaken } from '../../core/refuse.ts'

const maxAttempts = 5

/** Calls `write` with handles made of `name` until one is free; what else it throws goes on. */
export async function withFreeHandle(
  name: string,
  write: (handle: string) => Promise<unknown>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const suffix = attempt === 1 ? '' : crypto.randomUUID().slice(0, 2 + attempt)
    try {
      await write(toHandle(name, suffix))
      return
    } catch (cause) {
      if (!isTaken(cause, 'workspaces.handle') || attempt === maxAttempts) throw cause
    }
  }
}
