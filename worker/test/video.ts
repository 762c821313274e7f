import { createHmac } from 'node:crypto'
import { type AnyD1Database, drizzle } from 'drizzle-orm/d1'
import type { Id, IdKind, VideoId, WorkspaceId } from '#contracts/id.ts'
import { createClient, expectStatus } from '../../scripts/lib/client.ts'
import { tasks } from '../features/transcode/table.ts'
import { videos } from '../features/video/table.ts'
import { readMedia } from './media.ts'
import type { TestUser } from './user.ts'

export interface VideoOptions {
  owner?: TestUser
  visibility?: 'public' | 'unlisted' | 'private'
  title?: string
  /** Of `makeMedia`; the four seconds that every world has by default. */
  mediaDir?: string
}

export interface TestVideo {
  id: VideoId
  workspaceId: WorkspaceId
  title: string
  visibility: 'public' | 'unlisted' | 'private'
  owner: TestUser
  /** Where its objects lie; `180p/seg_00000.m4s` below it is a real segment. */
  prefix: string
}

interface Place {
  url: string
  /** D1 of the world. */
  db: unknown
  bucket: { put: (key: string, bytes: Buffer) => Promise<unknown> }
  taskSecret: string
  mediaDir: string
  now: number
  id: <K extends IdKind>(kind: K) => Id<K>
}

/** A ready video without an encode: real small objects, reported through the transcoder's route. */
export async function insertVideo(
  place: Place,
  owner: TestUser,
  { visibility = 'public', title = 'The tide comes in', mediaDir = place.mediaDir }: VideoOptions,
): Promise<TestVideo> {
  const { id, now } = place
  const [videoId, taskId, encodeId, leaseId] = [id('video'), id('task'), id('encode'), id('lease')]
  const workspaceId = owner.workspaceId as WorkspaceId
  const prefix = `v/${videoId}/e/${encodeId}/a1/`
  const { files, report } = await readMedia(mediaDir)
  const leaseUntil = now + 3_600_000
  const times = { createdAt: now, updatedAt: now }
  const db = drizzle(place.db as AnyD1Database)
  await db.batch([
    db.insert(videos).values({
      ...{ id: videoId, workspaceId, title, visibility, ...times },
      ...{ createdBy: owner.id as Id<'user'>, description: '', status: 'processing', epoch: 0 },
      ...{ sourceKey: `s/${videoId}/none`, hasVideo: false, hasAudio: false },
    }),
    db.insert(tasks).values({
      ...{ id: taskId, videoId, workspaceId, encodeId, leaseId, leaseUntil, ...times },
      ...{ kind: 'encode', state: 'running', priority: 0, attempt: 1, lost: 0, seq: 0 },
      ...{ notBefore: now, enqueuedAt: now, lane: 'short', shownPercent: 0 },
      ...{ isWhole: false, isSplit: false },
    }),
  ])
  for (const [key, bytes] of files) await place.bucket.put(prefix + key, bytes)

  const claim = `${taskId}.1.${leaseId}.${leaseUntil}` // signed as worker/core/token.ts does
  const mac = createHmac('sha256', place.taskSecret).update(claim).digest('base64url')
  const transcoder = createClient(place.url, { authorization: `Bearer ${claim}.${mac}` })
  const body = { attempt: 1, leaseId, ...report }
  const reply = await transcoder.post(`/internal/v1/tasks/${taskId}/complete`, body)
  expectStatus(reply, 200, 'publish the test video')
  return { id: videoId, workspaceId, title, visibility, owner, prefix }
}
