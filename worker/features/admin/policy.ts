import type { UserId } from '#contracts/id.ts'

interface Target {
  id: UserId
  isAdmin: boolean
}

/** Why an account may not be suspended, in a sentence; undefined where it may. */
export function findObstacle(actorId: UserId, target: Target): string | undefined {
  if (target.id === actorId) return 'You cannot suspend yourself.'
  if (target.isAdmin) {
    return 'This person keeps this server: take their address out of PLATFORM_ADMINS first.'
  }
  return undefined
}
