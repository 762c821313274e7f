import { expect, test } from 'vitest'
import type { Role } from '#contracts/auth.ts'
import type { WorkspaceId } from '#contracts/id.ts'
import { planLeaving } from './leave.ts'

const place = (id: string, role: Role, otherCount: number, otherOwnerCount: number) => ({
  ...{ workspaceId: id as WorkspaceId, name: id, role, otherCount, otherOwnerCount },
})

test('of somebody who goes, what is theirs alone ends, and nobody is left without an owner', () => {
  const { stuck, ended, left } = planLeaving([
    place('mine', 'owner', 0, 0),
    place('team', 'owner', 3, 0),
    place('shared', 'owner', 3, 1),
    place('theirs', 'admin', 2, 1),
  ])
  const ids = [stuck, ended, left].map((places) => places.map(({ name }) => name))
  expect(ids).toEqual([['team'], ['mine'], ['shared', 'theirs']])
})
