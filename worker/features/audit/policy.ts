import type { AuditEntry } from '#contracts/audit.ts'
import { isId } from '#contracts/id.ts'
import type { EventKind, EventRow } from '../../core/record.ts'

/** Facts that tell the machinery something, and people nothing. */
export const innerKinds: EventKind[] = [
  'mail.queued',
  'task.retried',
  'task.dead',
  'video.playable',
]

/** Facts about a workspace that also concern those who keep the server. */
export const platformKinds: EventKind[] = [
  'user.registered',
  'workspace.created',
  'workspace.deleted',
  'workspace.suspended',
  'workspace.restored',
]

/** What those who keep the server do to a workspace; to its people it is the server that does it. */
const keeperKinds: EventKind[] = ['workspace.suspended', 'workspace.restored']

/** An event with the names that its actor has now. */
export interface Found {
  event: EventRow
  userName: string | null
  keyName: string | null
}

/** Who reads: the people of the workspace, or those who keep the server. */
export type Reader = 'workspace' | 'platform'

type Actor = AuditEntry['actor']

const system: Actor = { kind: 'system', id: null, name: 'Lantern' }

export function toActor({ event, userName, keyName }: Found, reader: Reader): Actor {
  const id = event.actorId ?? ''
  if (reader === 'workspace' && keeperKinds.includes(event.kind)) return system
  if (isId('user', id)) return { kind: 'user', id, name: userName }
  if (isId('apiKey', id)) return { kind: 'key', id, name: keyName }
  return id === 'anonymous' ? { ...system, name: 'Somebody not signed in' } : system
}

export function toEntry(found: Found, reader: Reader): AuditEntry {
  const { event } = found
  const place = reader === 'platform' && event.workspaceId && { workspaceId: event.workspaceId }
  return {
    id: event.id,
    kind: event.kind,
    at: new Date(event.createdAt).toISOString(),
    actor: toActor(found, reader),
    videoId: event.videoId,
    data: { ...place, ...event.data },
    requestId: event.requestId,
  }
}

/** Where the next page begins, by the count of events; undefined for what is no cursor. */
export const parseCursor = (cursor: string | undefined): number | undefined =>
  cursor && /^\d{1,15}$/.test(cursor) ? Number(cursor) : undefined
