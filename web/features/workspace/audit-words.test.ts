import { expect, test } from 'vitest'
import type { AuditEntry } from '#contracts/audit.ts'
import { actorWords, auditWords } from './audit-words.ts'

const nameOf = (id: string) => (id === 'usr_kim' ? 'Kim' : undefined)
const words = (kind: string, data = {}) => auditWords({ kind, data }, nameOf)

test('a fact is told by a sentence with what is known of it', () => {
  expect(words('invitation.created', { role: 'editor', uses: 1, isByMail: true })).toBe(
    'invited somebody by mail as editor',
  )
  expect(words('invitation.created', { role: 'viewer', uses: 5, isByMail: false })).toBe(
    'made an invitation link as viewer for 5 people',
  )
  expect(words('key.created', { keyId: 'key_1', name: 'Nightly' })).toBe(
    'made the API key “Nightly”',
  )
  expect(words('member.role_changed', { userId: 'usr_kim', role: 'viewer' })).toBe(
    'changed the role of Kim to viewer',
  )
  expect(words('member.removed', { userId: 'usr_kim', hasLeft: false })).toBe('removed Kim')
  expect(words('member.removed', { userId: 'usr_kim', hasLeft: true })).toBe('left the workspace')
  expect(words('workspace.updated', { fields: 'name codecs' })).toBe(
    'changed the name and the formats of the picture',
  )
})

test('what is missing is left out, and nothing is made up', () => {
  expect(words('member.joined')).toBe('joined')
  expect(words('member.removed', { userId: 'usr_gone' })).toBe('removed a member')
  expect(words('key.revoked')).toBe('revoked the API key')
  expect(words('workspace.updated')).toBe('changed the settings')
  expect(words('user.suspended', { reason: null })).toBe('suspended an account')
})

test('a kind that this page does not know stands as it is', () => {
  expect(words('ledger.booked')).toBe('ledger.booked')
  expect(words('toString')).toBe('toString')
})

test('actors are people, keys and the program itself', () => {
  const actorOf = (actor: Partial<AuditEntry['actor']>, kind = 'video.updated', data = {}) =>
    actorWords({ kind, data, actor: { kind: 'user', id: null, name: null, ...actor } }, nameOf)
  expect(actorOf({ name: 'Kim' })).toBe('Kim')
  expect(actorOf({})).toBe('An account that is gone')
  expect(actorOf({ kind: 'key', name: 'Nightly' })).toBe('The key “Nightly”')
  expect(actorOf({ kind: 'system' })).toBe('Lantern')
  const stranger = { kind: 'system', name: 'Somebody not signed in' } as const
  expect(actorOf(stranger, 'user.registered', { userId: 'usr_kim' })).toBe('Kim')
  expect(actorOf(stranger, 'user.registered', { userId: 'usr_other' })).toBe('Somebody new')
})
