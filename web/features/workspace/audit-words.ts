import type { AuditEntry } from '#contracts/audit.ts'
import { plural } from '../../ui/format.ts'
import { roleNames } from './words.ts'

type Data = AuditEntry['data']
/** What people are called now, by their id; undefined for those who are not known here. */
export type NameOf = (userId: string) => string | undefined
type Words = string | ((data: Data, nameOf: NameOf) => string)

const text = (value: Data[string] | undefined): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value)

/** What a field says, with words before it; nothing where it says nothing. */
const lead = (words: string, value: Data[string] | undefined): string =>
  text(value) ? `${words}${text(value)}` : ''
const quoted = (value: Data[string] | undefined): string => (text(value) ? ` “${text(value)}”` : '')

const person = ({ userId }: Data, nameOf: NameOf, fallback = 'a member'): string =>
  nameOf(text(userId) ?? '') ?? fallback
const roleOf = ({ role }: Data): string | undefined => {
  const name = text(role)
  return name && (roleNames[name as keyof typeof roleNames] ?? name).toLowerCase()
}
const asRole = (data: Data) => lead(' as ', roleOf(data))
const usesOf = ({ uses }: Data) =>
  typeof uses === 'number' ? ` for ${plural(uses, 'person', 'people')}` : ''

const settings: Record<string, string> = {
  name: 'the name',
  handle: 'the handle',
  description: 'what the channel says',
  maxStreamsPerViewer: 'on how many devices one may watch',
  codecs: 'the formats of the picture',
  maxShortSidePx: 'the sharpest version',
}
/** The names of fields stand in a row, with spaces between. */
function changedFields({ fields }: Data): string {
  const names = (text(fields)?.split(' ') ?? []).map((field) => settings[field] ?? field)
  return names.length ? new Intl.ListFormat('en').format(names) : 'the settings'
}

const factors: Record<string, string> = { totp: 'an authenticator app', passkey: 'a passkey' }
const factorOf = ({ factor, kind, method }: Data): string => {
  const name = text(factor ?? kind ?? method)
  return name ? (factors[name] ?? name) : 'a second factor'
}

/** What stands behind the actor's name. */
const table: Record<string, Words> = {
  'user.registered': 'signed up',
  'user.verified': 'confirmed the e-mail address',
  'user.updated': 'changed the profile',
  'user.password_changed': 'changed the password',
  'user.password_reset': 'set a new password by mail',
  'user.email_change_started': 'began to change the e-mail address',
  'user.email_changed': 'changed the e-mail address',
  'user.exported': 'downloaded all data of the account',
  'user.deleted': 'deleted the account',
  'user.suspended': (data, nameOf) =>
    `suspended ${person(data, nameOf, 'an account')}${lead(': ', data['reason'])}`,
  'user.restored': (data, nameOf) => `let ${person(data, nameOf, 'an account')} in again`,
  'session.started': 'signed in',
  'session.ended': 'ended a session',
  'session.reuse_detected': 'was signed out: a session was used from two places',
  'factor.added': (data) => `added ${factorOf(data)} to sign in with`,
  'factor.removed': (data) => `removed ${factorOf(data)} to sign in with`,
  'factor.recovery_used': 'signed in with a recovery code',
  'factor.recovery_renewed': 'made new recovery codes',
  'outside.linked': (data) => `linked the sign-in${lead(' with ', data['provider'])}`,
  'outside.unlinked': (data) => `unlinked the sign-in${lead(' with ', data['provider'])}`,
  'workspace.created': 'made the workspace',
  'workspace.updated': (data) => `changed ${changedFields(data)}`,
  'workspace.transferred': (data, nameOf) =>
    `handed the workspace over to ${person(data, nameOf, 'another member')}`,
  'workspace.deleted': 'deleted the workspace',
  'workspace.suspended': (data) => `suspended the workspace${lead(': ', data['reason'])}`,
  'workspace.restored': 'let the workspace go on',
  'member.joined': (data) => `joined${asRole(data)}`,
  'member.role_changed': (data, nameOf) =>
    `changed the role of ${person(data, nameOf)}${lead(' to ', roleOf(data))}`,
  'member.removed': (data, nameOf) =>
    data['hasLeft'] === true ? 'left the workspace' : `removed ${person(data, nameOf)}`,
  'invitation.created': (data) =>
    data['isByMail'] === true
      ? `invited somebody by mail${asRole(data)}`
      : `made an invitation link${asRole(data)}${usesOf(data)}`,
  'invitation.revoked': 'took back an invitation',
  'key.created': (data) => `made the API key${quoted(data['name'])}`,
  'key.revoked': (data) => `revoked the API key${quoted(data['name'])}`,
  'signing_key.created': (data) => `made the signing key${quoted(data['name'])}`,
  'signing_key.revoked': (data) => `revoked the signing key${quoted(data['name'])}`,
  'link.created': (data) => `made the link${quoted(data['label'])} of a video`,
  'link.revoked': (data) => `revoked the link${quoted(data['label'])} of a video`,
  'audit.exported': 'exported the audit log',
  'upload.created': (data) => `began to upload${quoted(data['title']) || ' a file'}`,
  'upload.aborted': 'stopped an upload',
  'upload.expired': 'let an upload expire',
  'video.uploaded': 'uploaded a video',
  'video.updated': (data) => `changed a video${quoted(data['title'])}`,
  'video.ready': 'finished converting a video',
  'video.failed': 'could not convert a video',
  'video.retried': 'had a video converted again',
  'video.cancelled': 'stopped converting a video',
  'video.remade': 'had one version of a video made again',
  'video.remake_failed': 'could not make one version of a video again',
  'video.deleted': (data) => `deleted a video${quoted(data['title'])}`,
}

/** "joined as editor"; a kind that is not known stands as it is. */
export function auditWords(
  { kind, data }: Pick<AuditEntry, 'kind' | 'data'>,
  nameOf: NameOf = () => undefined,
): string {
  const words = Object.hasOwn(table, kind) ? table[kind] : undefined
  return typeof words === 'function' ? words(data, nameOf) : (words ?? kind)
}

/** Who did it. Whoever signs up is nobody yet to the log, and has a name by now. */
export function actorWords(
  { kind, actor, data }: Pick<AuditEntry, 'kind' | 'actor' | 'data'>,
  nameOf: NameOf = () => undefined,
): string {
  if (kind === 'user.registered') return person(data, nameOf, 'Somebody new')
  if (actor.kind === 'system') return actor.name ?? 'Lantern'
  if (actor.kind === 'key') return actor.name ? `The key “${actor.name}”` : 'A key that is gone'
  return actor.name ?? 'An account that is gone'
}

/** What a fact is about, by ids: for those who keep the server and see many workspaces. */
export const subjectIds = ({ actor, data }: AuditEntry): string =>
  [data['userId'] === actor.id ? undefined : data['userId'], data['workspaceId']]
    .flatMap((id) => text(id) ?? [])
    .join(' ')

/** What the list can be narrowed to: the start of a kind. */
export const auditGroups = [
  { value: '', label: 'Everything' },
  { value: 'member.', label: 'Members' },
  { value: 'invitation.', label: 'Invitations' },
  { value: 'key.', label: 'API keys' },
  { value: 'signing_key.', label: 'Signing keys' },
  { value: 'workspace.', label: 'Workspace and settings' },
  { value: 'video.', label: 'Videos' },
  { value: 'link.', label: 'Links of videos' },
  { value: 'upload.', label: 'Uploads' },
  { value: 'audit.', label: 'Exports of this log' },
]

export const platformGroups = [
  { value: '', label: 'Everything' },
  { value: 'user.', label: 'Accounts' },
  { value: 'session.', label: 'Sessions' },
  { value: 'factor.', label: 'Second factors' },
  { value: 'outside.', label: 'Sign-in with others' },
  { value: 'workspace.', label: 'Workspaces' },
]
