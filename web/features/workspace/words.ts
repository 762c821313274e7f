import type { Role } from '#contracts/auth.ts'
import type { GivenRole } from '#contracts/member.ts'

export const roleNames: Record<Role, string> = {
  owner: 'Owner',
  admin: 'Admin',
  editor: 'Editor',
  viewer: 'Viewer',
}

/** A role inside a sentence: "as an editor". */
export const asRole: Record<Role, string> = {
  owner: 'as its owner',
  admin: 'as an admin',
  editor: 'as an editor',
  viewer: 'as a viewer',
}

export const roleWords: Record<Role, string> = {
  owner: 'Does everything, also hand the workspace over and delete it.',
  admin: 'Invites editors and viewers, and changes settings and API keys.',
  editor: 'Uploads, changes and deletes videos.',
  viewer: 'Sees all videos, also private ones, and changes nothing.',
}

export const roleOptions = (roles: GivenRole[]) =>
  roles.map((role) => ({ value: role, label: roleNames[role] }))

export const fewerRights = (name: string | undefined): string =>
  `Owners and admins of ${name ?? 'this workspace'} can change this. You can read it.`
