import type { Edge } from '../../scripts/lib/edge.ts'

const videoId = 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b'
const encodeId = 'enc_01kaf3v9gq8y2n5s7t4w6x0z1c'
const prefix = `v/${videoId}/e/${encodeId}/a1/`

export const segmentName = (index: number): string =>
  `720p/seg_${String(index).padStart(5, '0')}.m4s`

/** The same segment, encrypted on its way. */
export const encryptedLink = (link: string): string => link.replace(`/${videoId}/`, '$&aes/')

/**
 * A public video of a workspace as publication leaves it, with the given bytes as its segments.
 * Answers the link that playback gives to anybody, without the name at its end: `segmentName` goes
 * there.
 */
export async function addReadyVideo(
  edge: Edge,
  workspaceId: string,
  segments: Uint8Array[],
): Promise<string> {
  const db = await edge.mf.getD1Database('DB', 'lantern')
  const bucket = await edge.mf.getR2Bucket('MEDIA', 'lantern')
  for (const [index, bytes] of segments.entries()) {
    await bucket.put(prefix + segmentName(index), bytes as never)
  }
  const now = Date.now()
  await db.batch([
    db
      .prepare(
        `insert into videos (id, workspace_id, created_by, title, description, status, visibility,
          encryption_secret, epoch, encode_id, duration_ms, width_px, height_px, has_video,
          has_audio, created_at, updated_at, published_at)
        values (?, ?, 'usr_01kaf3v9gq8y2n5s7t4w6x0z1e', 'Bench', '',
          'ready', 'public', 'c2VjcmV0', 1, ?, 60000, 1280, 720, 1, 0, ?, ?, ?)`,
      )
      .bind(videoId, workspaceId, encodeId, now, now, now),
    db
      .prepare(
        `insert into encodes (id, video_id, task_id, attempt, prefix, created_at)
        values (?, ?, 'tsk_01kaf3v9gq8y2n5s7t4w6x0z1f', 1, ?, ?)`,
      )
      .bind(encodeId, videoId, prefix, now),
  ])
  const response = await fetch(`${edge.url}/api/v1/videos/${videoId}/playback`)
  const { hlsUrl } = (await response.json()) as { hlsUrl: string }
  return hlsUrl.replace(/v\/[^/]+\/master\.m3u8$/, prefix)
}
