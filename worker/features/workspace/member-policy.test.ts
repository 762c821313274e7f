import { describe, expect, test } from 'vitest'
import type { Role } from '#contracts/auth.ts'
import type { GivenRole } from '#contracts/member.ts'
import { giversOf, gifts, judgeChange, judgeJoin, judgeRemoval } from './member-policy.ts'
import { isAtLeast } from './policy.ts'

const roles: Role[] = ['owner', 'admin', 'editor', 'viewer']
const given: GivenRole[] = ['admin', 'editor', 'viewer']

/** Who is changed, by whom → the roles that may be given. */
const changes: Record<Role, Record<Role, GivenRole[]>> = {
  owner: { owner: given, admin: given, editor: given, viewer: given },
  admin: { owner: [], admin: [], editor: ['editor', 'viewer'], viewer: ['editor', 'viewer'] },
  editor: { owner: [], admin: [], editor: [], viewer: [] },
  viewer: { owner: [], admin: [], editor: [], viewer: [] },
}
const removals: Record<Role, Role[]> = {
  owner: roles,
  admin: ['editor', 'viewer'],
  editor: [],
  viewer: [],
}

describe.each(roles)('an %s', (mine) => {
  test.each(roles)('changes an %s as the table says', (theirs) => {
    const may = given.filter((role) => judgeChange({ mine, theirs, isMe: false }, role) === 'yes')
    expect(may).toEqual(changes[mine][theirs])
  })

  test('removes others as the table says, however many owners there are', () => {
    for (const ownerCount of [1, 2]) {
      const may = roles.filter(
        (theirs) => judgeRemoval({ mine, theirs, isMe: false }, ownerCount) === 'yes',
      )
      expect(may).toEqual(removals[mine])
    }
  })

  test('never changes their own role', () => {
    for (const role of given) {
      const verdict = judgeChange({ mine, theirs: mine, isMe: true }, role)
      expect(verdict).toBe(mine === 'owner' ? 'last_owner' : 'forbidden')
    }
  })

  test('leaves, unless as the only owner', () => {
    const pair = { mine, theirs: mine, isMe: true }
    expect(judgeRemoval(pair, 1)).toBe(mine === 'owner' ? 'last_owner' : 'yes')
    expect(judgeRemoval(pair, 2)).toBe('yes')
  })

  test('gives no role that is not below their own', () => {
    for (const role of gifts[mine]) expect(isAtLeast(role, mine)).toBe(false)
  })
})

test('admins are made by owners, all others by admins too', () => {
  expect(given.map(giversOf)).toEqual([['owner'], ['owner', 'admin'], ['owner', 'admin']])
})

test('an invitation that has ended says so before anything else', () => {
  const offer = { isForMe: true, isMember: false, memberCount: 199 }
  expect(judgeJoin(undefined)).toBe('link_ended')
  expect(judgeJoin(offer)).toBe('yes')
  expect(judgeJoin({ ...offer, isForMe: false, isMember: true })).toBe('forbidden')
  expect(judgeJoin({ ...offer, isMember: true, memberCount: 200 })).toBe('already_member')
  expect(judgeJoin({ ...offer, memberCount: 200 })).toBe('limit_reached')
})
