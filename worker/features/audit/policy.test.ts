import { expect, test } from 'vitest'
import type { EventRow } from '../../core/record.ts'
import { type Found, parseCursor, toActor, toEntry } from './policy.ts'

const userId = 'usr_01kaf3v9gq8y2n5s7t4w6x0z1b'
const keyId = 'key_01kaf3v9gq8y2n5s7t4w6x0z1b'

const found = (event: Partial<EventRow>, names: Partial<Found> = {}): Found => ({
  event: {
    ...{ seq: 1, id: 'evt_01kaf3v9gq8y2n5s7t4w6x0z1b', kind: 'video.updated' },
    ...{ workspaceId: 'wsp_01kaf3v9gq8y2n5s7t4w6x0z1b', videoId: null, actorId: userId },
    ...{ data: { fields: 'title' }, requestId: 'req_x', createdAt: 0 },
    ...{ failures: 0, dispatchedAt: null, ...event },
  },
  userName: null,
  keyName: null,
  ...names,
})

test('people and keys have the names that they have now', () => {
  const person = toActor(found({}, { userName: 'Ada' }), 'workspace')
  expect(person).toEqual({ kind: 'user', id: userId, name: 'Ada' })
  const key = toActor(found({ actorId: keyId }, { keyName: 'Nightly' }), 'workspace')
  expect(key).toEqual({ kind: 'key', id: keyId, name: 'Nightly' })
})

test('an account that is gone has no name', () => {
  expect(toActor(found({}), 'workspace')).toEqual({ kind: 'user', id: userId, name: null })
})

test('the transcoder, the clock and strangers are the system', () => {
  for (const actorId of ['task', 'system', null]) {
    const actor = { kind: 'system', id: null, name: 'Lantern' }
    expect(toActor(found({ actorId }), 'workspace')).toEqual(actor)
  }
  const stranger = toActor(found({ actorId: 'anonymous' }), 'workspace')
  expect(stranger).toEqual({ kind: 'system', id: null, name: 'Somebody not signed in' })
})

test('a workspace does not learn who of the server suspended it, and its keepers do', () => {
  const suspended = found({ kind: 'workspace.suspended' }, { userName: 'Root' })
  expect(toActor(suspended, 'workspace')).toMatchObject({ kind: 'system', id: null })
  expect(toActor(suspended, 'platform')).toMatchObject({ id: userId, name: 'Root' })
})

test('only those who keep the server are told the workspace', () => {
  expect(toEntry(found({}), 'workspace').data).toEqual({ fields: 'title' })
  const { data } = toEntry(found({}), 'platform')
  expect(data).toEqual({ fields: 'title', workspaceId: 'wsp_01kaf3v9gq8y2n5s7t4w6x0z1b' })
  expect(toEntry(found({ workspaceId: null }), 'platform').data).toEqual({ fields: 'title' })
})

test.each([
  ['12', 12],
  ['', undefined],
  [undefined, undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['9'.repeat(16), undefined],
])('the cursor %s is %s', (cursor, seq) => expect(parseCursor(cursor)).toBe(seq))
