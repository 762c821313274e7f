import type { Membership } from '#contracts/auth.ts'
import type { Reply } from '#contracts/endpoint.ts'
import type { InvitationId, UserId, WorkspaceId } from '#contracts/id.ts'
import type {
  createInvitation as createContract,
  GivenRole,
  listInvitations as listInvitationsContract,
  listMembers as listMembersContract,
  lookAtInvitation as lookContract,
  Member,
} from '#contracts/member.ts'
import type { z } from 'zod'
import { client } from './session.ts'

export type Members = NonNullable<Reply<typeof listMembersContract>>
export type Invitations = NonNullable<Reply<typeof listInvitationsContract>>
export type NewInvitation = NonNullable<Reply<typeof createContract>>
export type InvitationOffer = NonNullable<Reply<typeof lookContract>>
export type InvitationWish = z.input<(typeof createContract)['body'] & z.ZodType>

const at = (id: WorkspaceId) => `/api/v1/workspaces/${id}`

export const listMembers = (id: WorkspaceId, signal?: AbortSignal): Promise<Members> =>
  client.call('GET', `${at(id)}/members`, { signal })

/** Throws ApiError: `forbidden`, `last_owner`, `not_found` where the member has left. */
export const updateMember = (id: WorkspaceId, userId: UserId, role: GivenRole): Promise<Member> =>
  client.call('PATCH', `${at(id)}/members/${userId}`, { body: { role } })

/** Of oneself: leaves. Throws ApiError: `forbidden`, `last_owner`. */
export const removeMember = (id: WorkspaceId, userId: UserId): Promise<void> =>
  client.call('DELETE', `${at(id)}/members/${userId}`)

/** Throws ApiError: `step_up_required`, `forbidden`, `conflict`. */
export const transferWorkspace = (id: WorkspaceId, userId: UserId): Promise<void> =>
  client.call('POST', `${at(id)}/transfer`, { body: { userId } })

export const listInvitations = (id: WorkspaceId, signal?: AbortSignal): Promise<Invitations> =>
  client.call('GET', `${at(id)}/invitations`, { signal })

/** With `email` a mail goes out, without it the answer holds the link, once. */
export const createInvitation = (id: WorkspaceId, wish: InvitationWish): Promise<NewInvitation> =>
  client.call('POST', `${at(id)}/invitations`, { body: wish })

export const revokeInvitation = (id: WorkspaceId, invitationId: InvitationId): Promise<void> =>
  client.call('DELETE', `${at(id)}/invitations/${invitationId}`)

/** Throws ApiError: `link_ended`, `rate_limited`. */
export const lookAtInvitation = (token: string, signal?: AbortSignal): Promise<InvitationOffer> =>
  client.call('POST', '/api/v1/invitations/look', { body: { token }, signal })

/** Throws ApiError: `link_ended`, `forbidden` for the wrong account, `already_member`. */
export const acceptInvitation = (token: string): Promise<Membership> =>
  client.call('POST', '/api/v1/invitations/accept', { body: { token } })
