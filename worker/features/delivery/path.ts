import type { UploadId, VideoId } from '#contracts/id.ts'
import type { GrantKind } from '#contracts/narrow.ts'
import { maxTokenChars } from './token.ts'

export interface MediaPath {
  token: string
  videoId: VideoId
  file: MediaFile
  contentType: string
  /** What a token must open. */
  kind: GrantKind
  /** The stream is wanted encrypted: below `aes/`, which no key in R2 has. */
  isEncrypted: boolean
  /** Of the picture's shorter side; undefined where there is none to be too large. */
  heightPx?: number | 'source'
}

/**
 * Where a file comes from. `key` is the R2 key and the token-free inner address: immutable, but for
 * a playlist that grows. What belongs to a `source` is cut from the uploaded file.
 */
export type MediaFile =
  | { from: 'master' }
  | { from: 'stored' | 'growing'; key: string }
  | { from: 'source'; key: string }
  | { from: 'growing-source'; key: string; uploadId: UploadId; track: 'video' | 'audio' }
  /** What opens the segments of a stream. */
  | { from: 'stream-key'; stream: string }
  /** `rung`: of the converted film; undefined for the file that was uploaded. */
  | { from: 'download'; rung: string | undefined }

const id = '[0-9a-hjkmnp-tv-z]{26}'
const segments = 'init\\.mp4|seg_\\d{5,6}\\.m4s'
const stream = `[a-z0-9]{1,32}/(?:index\\.m3u8|iframes\\.m3u8|${segments})`
const picture =
  'poster(?:_\\d)?\\.jpg|preview\\.webp|storyboard\\.vtt|storyboard_\\d{1,4}\\.jpg|peaks\\.json'
const caption = 'captions_\\d{1,2}\\.vtt'
const pattern = new RegExp(
  `^/p/(?<token>[\\w.-]{1,${maxTokenChars}})/(?<film>v/(?<videoId>vid_${id})/)(?:` +
    `(?<master>master\\.m3u8)|` +
    `download/(?:(?<original>original)|(?<rung>[a-z0-9]{1,32})\\.mp4)|` +
    `aes/keys/(?<stream>[a-z0-9]{1,32})\\.key|` +
    `(?<cipher>aes/)?(?<path>e/enc_${id}/a[1-9]\\d{0,3}/(?:${stream}|(?<image>${picture})|(?<caption>${caption})|(?<growing>[a-z0-9]{1,32}/live\\.m3u8))|` +
    `s/(?<uploadId>upl_${id})/(?<track>video|audio)/(?:${segments}|(?<arriving>live\\.m3u8))))$`,
)

const contentTypes: Record<string, string> = {
  m3u8: 'application/vnd.apple.mpegurl',
  jpg: 'image/jpeg',
  vtt: 'text/vtt; charset=utf-8',
  webp: 'image/webp',
  json: 'application/json',
}

/**
 * Reads the path of a request's URL as it was sent: nothing is decoded or normalised, so every
 * spelling but the one that we hand out names nothing. A query is ignored.
 */
export function parseMediaPath(url: string): MediaPath | undefined {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  const query = url.indexOf('?', start)
  const match = pattern.exec(query === -1 ? url.slice(start) : url.slice(start, query))
  if (!match) return undefined
  const found = match.groups as Record<string, string | undefined> & { token: string }
  const { token, videoId, film = '', path = '', stream } = found
  const key = film + path
  const kind = kindOf(found)
  const isEncrypted = Boolean(stream ?? found['cipher'])
  if (isEncrypted && (kind !== 'watch' || key.endsWith('iframes.m3u8'))) return undefined
  return {
    token,
    videoId: videoId as VideoId,
    file: toFile(key, found),
    contentType: contentTypeOf(key, found),
    kind,
    isEncrypted,
    ...heightOf(key, found),
  }
}

function contentTypeOf(key: string, found: Record<string, string | undefined>): string {
  if (found['original'] || found['stream']) return 'application/octet-stream'
  if (found['master']) return contentTypes['m3u8']!
  const extension = key.slice(key.lastIndexOf('.') + 1)
  return contentTypes[extension] ?? (key.includes('/audio') ? 'audio/mp4' : 'video/mp4')
}

function kindOf(found: Record<string, string | undefined>): GrantKind {
  if (found['original'] || found['rung']) return 'download'
  if (found['image']) return 'image'
  return found['caption'] ? 'caption' : 'watch'
}

/** Encoded pictures lie under the name of their rung: `720p`, `720pav1`. */
function heightOf(
  key: string,
  { track, original, rung, stream }: Record<string, string | undefined>,
): Pick<MediaPath, 'heightPx'> {
  if (original || track === 'video' || stream === 'video') return { heightPx: 'source' }
  const height = /^(\d{2,4})p/.exec(rung ?? stream ?? key.split('/').at(-2) ?? '')?.[1]
  return height && !track ? { heightPx: Number(height) } : {}
}

function toFile(key: string, found: Record<string, string | undefined>): MediaFile {
  if (found['master']) return { from: 'master' }
  if (found['original'] || found['rung']) return { from: 'download', rung: found['rung'] }
  if (found['stream']) return { from: 'stream-key', stream: found['stream'] }
  if (found['growing']) return { from: 'growing', key }
  if (!found['track']) return { from: 'stored', key }
  if (!found['arriving']) return { from: 'source', key }
  const uploadId = found['uploadId'] as UploadId
  return { from: 'growing-source', key, uploadId, track: found['track'] as 'video' | 'audio' }
}
