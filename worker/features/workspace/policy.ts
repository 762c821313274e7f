import type { Role } from '#contracts/auth.ts'
import { isReserved } from './handle.ts'

const rank: Record<Role, number> = { viewer: 1, editor: 2, admin: 3, owner: 4 }

/** Each role may do what the lesser ones may. */
export const isAtLeast = (role: Role, needed: Role): boolean => rank[role] >= rank[needed]

/** Keys do what their maker may, short of what is an owner's alone. */
export const capRole = (role: Role, kind: 'user' | 'key'): Role =>
  kind === 'key' && role === 'owner' ? 'admin' : role

const minLength = 3
const maxLength = 30

/**
 * A handle of 3 to 30 of `a-z0-9-` from a name in any script; `channel` where nothing is left of
 * it. `suffix` tells apart people of one name. None is reserved.
 */
export function toHandle(name: string, suffix = ''): string {
  const tail = suffix && `-${suffix}`
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, maxLength - tail.length)
    .replace(/-$/, '')
  const handle = `${slug.length < minLength ? 'channel' : slug}${tail}`
  return isReserved(handle) ? `${handle}-channel` : handle
}
