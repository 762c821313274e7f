import type { UserId, WorkspaceId } from '#contracts/id.ts'
import type { GivenRole, Member } from '#contracts/member.ts'
import type { Members } from '../../api/member.ts'
import { removeMember, updateMember } from '../../api/member.ts'
import { keys, queryClient } from '../../api/query.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { roleNames } from './words.ts'

type Edit = (items: Member[]) => Member[]

/** A look that began before would bring the former state back. */
async function edit(id: WorkspaceId, change: Edit): Promise<void> {
  const queryKey = keys.members(id)
  await queryClient.cancelQueries({ queryKey })
  queryClient.setQueryData<Members>(queryKey, (data) => data && { items: change(data.items) })
}

const withRole = (userId: UserId, role: Member['role']) => (items: Member[]) =>
  items.map((member) => (member.userId === userId ? { ...member, role } : member))

const refetch = (id: WorkspaceId) => queryClient.invalidateQueries({ queryKey: keys.members(id) })

/** Shown at once, and taken back where it fails. */
export async function changeRole(id: WorkspaceId, member: Member, role: GivenRole): Promise<void> {
  const { userId, displayName } = member
  await edit(id, withRole(userId, role))
  try {
    await updateMember(id, userId, role)
    notify(`${displayName}: ${roleNames[role].toLowerCase()} from now on.`)
  } catch (error) {
    await edit(id, withRole(userId, member.role))
    notifyError(error)
    void refetch(id)
  }
}

/** Throws ApiError, and then shows who is there. */
export async function dropMember(id: WorkspaceId, member: Member): Promise<void> {
  try {
    await removeMember(id, member.userId)
  } catch (error) {
    void refetch(id)
    throw error
  }
  await edit(id, (items) => items.filter(({ userId }) => userId !== member.userId))
  notify(`${member.displayName} is no longer a member.`)
}
