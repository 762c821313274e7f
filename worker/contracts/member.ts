import { z } from 'zod'
import { Email, Membership, Role } from './auth.ts'
import { endpoint } from './endpoint.ts'
import { InvitationId, UserId, WorkspaceId } from './id.ts'
import { Time } from './page.ts'

/** An invitation that nobody accepts ends. */
export const invitationSeconds = 7 * 24 * 3600
export const maxMembers = 200
export const maxInvitations = 100
export const maxWorkspaces = 20

const tag = 'Workspaces'
const params = z.object({ workspaceId: WorkspaceId })

/** Nobody is made owner but by a transfer. */
export const GivenRole = z.enum(['admin', 'editor', 'viewer'])
export type GivenRole = z.infer<typeof GivenRole>

export const Member = z
  .object({
    userId: UserId,
    displayName: z.string(),
    email: z.string(),
    avatarUrl: z.string().nullable(),
    role: Role,
    joinedAt: Time,
    isMe: z.boolean(),
  })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof Member>

export const listMembers = endpoint({
  id: 'listMembers',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/members',
  tag,
  summary: 'Who is in a workspace',
  auth: 'user',
  scope: 'workspace:read',
  params,
  response: z.object({ items: z.array(Member) }).meta({ id: 'Members' }),
})

const memberParams = z.object({ workspaceId: WorkspaceId, userId: UserId })

export const updateMember = endpoint({
  id: 'updateMember',
  method: 'patch',
  path: '/api/v1/workspaces/{workspaceId}/members/{userId}',
  tag,
  summary: 'Give a member another role',
  description: 'Admins change editors and viewers; owners change everybody but themselves.',
  auth: 'user',
  scope: 'session',
  params: memberParams,
  body: z.object({ role: GivenRole }),
  response: Member,
  errors: ['forbidden', 'last_owner'],
})

export const removeMember = endpoint({
  id: 'removeMember',
  method: 'delete',
  path: '/api/v1/workspaces/{workspaceId}/members/{userId}',
  tag,
  summary: 'Remove a member, or leave',
  description: 'Takes effect at once. The only owner cannot leave.',
  auth: 'user',
  scope: 'session',
  params: memberParams,
  errors: ['forbidden', 'last_owner'],
})

export const transferWorkspace = endpoint({
  id: 'transferWorkspace',
  method: 'post',
  path: '/api/v1/workspaces/{workspaceId}/transfer',
  tag,
  summary: 'Hand a workspace to another member',
  description: 'The member becomes its owner, and the former owner an admin.',
  auth: 'user',
  scope: 'session',
  isStepUp: true,
  params,
  body: z.object({ userId: UserId }),
  errors: ['forbidden', 'conflict'],
})

// ------------------------------------------------------------------ invitations

export const Invitation = z
  .object({
    id: InvitationId,
    role: GivenRole,
    email: z.string().nullable().meta({ description: 'null: whoever has the link' }),
    invitedBy: z.string(),
    usesLeft: z.int(),
    createdAt: Time,
    endsAt: Time,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof Invitation>

export const createInvitation = endpoint({
  id: 'createInvitation',
  method: 'post',
  path: '/api/v1/workspaces/{workspaceId}/invitations',
  tag,
  summary: 'Invite somebody by mail, or make a link',
  description:
    'With `email` a mail is sent and only that address may accept, once. Without it the answer holds a link, once. Admins invite up to editors, owners up to admins.',
  auth: 'user',
  scope: 'session',
  params,
  body: z
    .object({ role: GivenRole, email: Email.optional(), uses: z.int().min(1).max(50).optional() })
    .strict()
    .refine(({ email, uses }) => !email || uses === undefined || uses === 1, {
      path: ['uses'],
      message: 'An invitation by mail is for one person',
    }),
  response: z
    .object({ invitation: Invitation, url: z.string().nullable() })
    .meta({ id: 'NewInvitation' }),
  status: 201,
  errors: ['forbidden', 'already_member', 'limit_reached', 'email_unverified', 'rate_limited'],
})

export const listInvitations = endpoint({
  id: 'listInvitations',
  method: 'get',
  path: '/api/v1/workspaces/{workspaceId}/invitations',
  tag,
  summary: 'Invitations that can still be accepted',
  auth: 'user',
  scope: 'session',
  params,
  response: z.object({ items: z.array(Invitation) }).meta({ id: 'Invitations' }),
  errors: ['forbidden'],
})

export const revokeInvitation = endpoint({
  id: 'revokeInvitation',
  method: 'delete',
  path: '/api/v1/workspaces/{workspaceId}/invitations/{invitationId}',
  tag,
  summary: 'Take an invitation back',
  auth: 'user',
  scope: 'session',
  params: z.object({ workspaceId: WorkspaceId, invitationId: InvitationId }),
  errors: ['forbidden'],
})

const token = z.string().min(1).max(100)

export const lookAtInvitation = endpoint({
  id: 'lookAtInvitation',
  method: 'post',
  path: '/api/v1/invitations/look',
  tag,
  summary: 'What an invitation offers',
  auth: 'optional',
  scope: 'session',
  body: z.object({ token }),
  response: z
    .object({
      workspaceName: z.string(),
      invitedBy: z.string(),
      role: GivenRole,
      email: z.string().nullable().meta({ description: 'The address that may accept it' }),
      isForMe: z.boolean().nullable().meta({ description: 'null: nobody is signed in' }),
      isMember: z.boolean(),
      endsAt: Time,
    })
    .meta({ id: 'InvitationOffer' }),
  errors: ['link_ended', 'rate_limited'],
})

export const acceptInvitation = endpoint({
  id: 'acceptInvitation',
  method: 'post',
  path: '/api/v1/invitations/accept',
  tag,
  summary: 'Join a workspace',
  description: 'An invitation by mail confirms the address that it was sent to.',
  auth: 'user',
  scope: 'session',
  body: z.object({ token }),
  response: Membership,
  errors: ['link_ended', 'forbidden', 'already_member', 'limit_reached', 'rate_limited'],
})
