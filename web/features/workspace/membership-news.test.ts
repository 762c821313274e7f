import { expect, test } from 'vitest'
import type { Membership } from '#contracts/auth.ts'
import { newsOf } from './membership-news.ts'

const boats: Membership = { id: 'wsp_1', handle: 'boats', name: 'Boats', role: 'editor' }
const lamps: Membership = { id: 'wsp_2', handle: 'lamps', name: 'Lamps', role: 'owner' }
const standOf = (workspace: Membership | undefined, userId = 'usr_1') => ({ userId, workspace })

test('a role that others changed is told', () => {
  const viewer: Membership = { ...boats, role: 'viewer' }
  expect(newsOf(standOf(boats), standOf(viewer), [viewer])).toBe(
    'Your role in Boats is now: viewer.',
  )
  expect(newsOf(standOf(boats), standOf({ ...boats }), [boats])).toBeUndefined()
})

test('who was removed is told so, and where they are now', () => {
  expect(newsOf(standOf(boats), standOf(lamps), [lamps])).toBe(
    'You are no longer in Boats. This is Lamps.',
  )
  expect(newsOf(standOf(boats), standOf(undefined), [])).toBe('You are no longer in Boats.')
})

test('choosing another workspace, signing in and signing out are no news', () => {
  expect(newsOf(standOf(boats), standOf(lamps), [boats, lamps])).toBeUndefined()
  expect(newsOf(standOf(undefined), standOf(lamps), [lamps])).toBeUndefined()
  expect(newsOf(standOf(boats), standOf(lamps, 'usr_2'), [lamps])).toBeUndefined()
})
