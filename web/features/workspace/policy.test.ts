import { expect, test } from 'vitest'
import type { Role } from '#contracts/auth.ts'
import type { Member } from '#contracts/member.ts'
import {
  canChangeMember,
  canEditWorkspace,
  canInvite,
  canLeave,
  canSeeAudit,
  canTransfer,
  canUseKeys,
  givableRoles,
} from './policy.ts'

const roles: Role[] = ['owner', 'admin', 'editor', 'viewer']
const memberOf = (role: Role, isMe = false) => ({ role, isMe }) as Member

test('owners and admins keep a workspace; a stranger does nothing', () => {
  for (const can of [canEditWorkspace, canInvite, canSeeAudit, canUseKeys]) {
    expect(roles.filter(can)).toEqual(['owner', 'admin'])
    expect(can(undefined)).toBe(false)
  }
  expect(roles.filter(canTransfer)).toEqual(['owner'])
  expect(canLeave(undefined)).toBe(false)
  expect(roles.filter(canLeave)).toEqual(['admin', 'editor', 'viewer'])
})

test('nobody gives a role as high as their own, and none gives that of an owner', () => {
  expect(givableRoles('owner')).toEqual(['admin', 'editor', 'viewer'])
  expect(givableRoles('admin')).toEqual(['editor', 'viewer'])
  expect(givableRoles('editor')).toEqual([])
  expect(givableRoles(undefined)).toEqual([])
})

test('admins change editors and viewers, owners all but themselves', () => {
  const changedBy = (mine: Role) => roles.filter((role) => canChangeMember(mine, memberOf(role)))
  expect(changedBy('owner')).toEqual(['admin', 'editor', 'viewer'])
  expect(changedBy('admin')).toEqual(['editor', 'viewer'])
  expect(changedBy('editor')).toEqual([])
  expect(canChangeMember('owner', memberOf('owner', true))).toBe(false)
  expect(canChangeMember('admin', memberOf('editor', true))).toBe(false)
})
