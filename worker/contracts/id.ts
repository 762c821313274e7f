import { z } from 'zod'

/**
 * Every id is a prefix and a lower-case ULID: 10 characters of time (ms) and 16 of randomness
 * (80 bits), so ids sort by creation and cannot be guessed. https://github.com/ulid/spec
 */
export const idPrefixes = {
  user: 'usr',
  session: 'ses',
  workspace: 'wsp',
  video: 'vid',
  upload: 'upl',
  encode: 'enc',
  task: 'tsk',
  lease: 'lse',
  event: 'evt',
  request: 'req',
  mail: 'mal',
  passkey: 'psk',
  invitation: 'inv',
  apiKey: 'key',
  link: 'lnk',
  signingKey: 'sgk',
} as const

export type IdKind = keyof typeof idPrefixes
export type Id<K extends IdKind> = `${(typeof idPrefixes)[K]}_${string}`

const pattern = (kind: IdKind) => new RegExp(`^${idPrefixes[kind]}_[0-9a-hjkmnp-tv-z]{26}$`)

function idSchema<K extends IdKind>(kind: K, name: string): z.ZodType<Id<K>, string> {
  const example = `${idPrefixes[kind]}_01kaf3v9gq8y2n5s7t4w6x0z1b`
  return z
    .string()
    .regex(pattern(kind), `Not the id of a ${kind}`)
    .meta({ id: name, example }) as unknown as z.ZodType<Id<K>, string>
}

export const UserId = idSchema('user', 'UserId')
export type UserId = Id<'user'>
export const SessionId = idSchema('session', 'SessionId')
export type SessionId = Id<'session'>
export const WorkspaceId = idSchema('workspace', 'WorkspaceId')
export type WorkspaceId = Id<'workspace'>
export const VideoId = idSchema('video', 'VideoId')
export type VideoId = Id<'video'>
export const UploadId = idSchema('upload', 'UploadId')
export type UploadId = Id<'upload'>
export const EncodeId = idSchema('encode', 'EncodeId')
export type EncodeId = Id<'encode'>
export const TaskId = idSchema('task', 'TaskId')
export type TaskId = Id<'task'>
export const LeaseId = idSchema('lease', 'LeaseId')
export type LeaseId = Id<'lease'>
export const PasskeyId = idSchema('passkey', 'PasskeyId')
export type PasskeyId = Id<'passkey'>
export const InvitationId = idSchema('invitation', 'InvitationId')
export type InvitationId = Id<'invitation'>
export const ApiKeyId = idSchema('apiKey', 'ApiKeyId')
export type ApiKeyId = Id<'apiKey'>
export const LinkId = idSchema('link', 'LinkId')
export type LinkId = Id<'link'>
export const SigningKeyId = idSchema('signingKey', 'SigningKeyId')
export type SigningKeyId = Id<'signingKey'>

export const isId = <K extends IdKind>(kind: K, value: string): value is Id<K> =>
  pattern(kind).test(value)
