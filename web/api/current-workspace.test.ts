import { expect, test } from 'vitest'
import type { Membership } from '#contracts/auth.ts'
import { castsDoubt, pickWorkspace, rememberWorkspace } from './current-workspace.ts'
import { ApiError } from './error.ts'

const workspaceOf = (id: string): Membership => ({
  id: `wsp_${id}`,
  handle: id,
  name: id,
  role: 'owner',
})
const all = [workspaceOf('a'), workspaceOf('b')]

test('the first workspace is current until another is chosen, each account for itself', () => {
  expect(pickWorkspace(all, 'usr_1')?.id).toBe('wsp_a')
  rememberWorkspace('usr_1', 'wsp_b')
  expect(pickWorkspace(all, 'usr_1')?.id).toBe('wsp_b')
  expect(pickWorkspace(all, 'usr_2')?.id).toBe('wsp_a')
})

test('where the chosen workspace is gone, the first takes its place', () => {
  rememberWorkspace('usr_3', 'wsp_gone')
  expect(pickWorkspace(all, 'usr_3')?.id).toBe('wsp_a')
  expect(pickWorkspace([], 'usr_3')).toBeUndefined()
})

test('a refusal makes the page look again at what its reader may do; a missing film does not', () => {
  const failure = (code: ApiError['code']) => new ApiError({ status: 403, code, message: '' })
  const video = '/api/v1/videos/vid_1'
  expect(castsDoubt(failure('forbidden'), 'PATCH', video)).toBe(true)
  expect(castsDoubt(failure('not_found'), 'PATCH', video)).toBe(true)
  expect(castsDoubt(failure('not_found'), 'GET', '/api/v1/workspaces/wsp_a/members')).toBe(true)
  expect(castsDoubt(failure('not_found'), 'GET', video)).toBe(false)
  expect(castsDoubt(failure('conflict'), 'PATCH', video)).toBe(false)
})
