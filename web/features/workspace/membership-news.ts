import type { Membership } from '#contracts/auth.ts'
import { roleNames } from './words.ts'

export interface Stand {
  userId: string | undefined
  workspace: Membership | undefined
}

/** What to say of a change that others made; undefined where there is nothing to say. */
export function newsOf(before: Stand, now: Stand, all: Membership[]): string | undefined {
  const [was, is] = [before.workspace, now.workspace]
  if (!was || before.userId !== now.userId) return undefined
  if (was.id === is?.id) {
    if (was.role === is.role) return undefined
    return `Your role in ${is.name} is now: ${roleNames[is.role].toLowerCase()}.`
  }
  if (all.some(({ id }) => id === was.id)) return undefined // I chose another one
  const lost = `You are no longer in ${was.name}.`
  return is ? `${lost} This is ${is.name}.` : lost
}
