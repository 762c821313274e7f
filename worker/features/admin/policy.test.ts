import { expect, test } from 'vitest'
import { findObstacle } from './policy.ts'

test('nobody suspends themselves or another who keeps the server', () => {
  expect(findObstacle('usr_a', { id: 'usr_a', isAdmin: true })).toMatch(/yourself/)
  expect(findObstacle('usr_a', { id: 'usr_b', isAdmin: true })).toMatch(/PLATFORM_ADMINS/)
  expect(findObstacle('usr_a', { id: 'usr_b', isAdmin: false })).toBeUndefined()
})
