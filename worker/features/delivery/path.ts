import type { EncodeId, VideoId } from '#contracts/id.ts'
import type { TokenKind } from './token.ts'

export interface MediaPath {
  token: string
  videoId: VideoId
  /** R2 key and token-free inner address; undefined for the master playlist. */
  key: string | undefined
  encodeId: EncodeId | undefined
  contentType: string
  /** The least token that opens it. */
  kind: TokenKind
}

const id = '[0-9a-hjkmnp-tv-z]{26}'
const stream = '[a-z0-9]{1,32}/(?:index\\.m3u8|iframes\\.m3u8|init\\.mp4|seg_\\d{5,6}\\.m4s)'
const picture = 'poster\\.jpg|storyboard\\.vtt|storyboard_\\d{1,4}\\.jpg'
const pattern = new RegExp(
  `^/p/([\\w.-]{1,1024})/(v/(vid_${id})/` +
    `(?:(master\\.m3u8)|e/(enc_${id})/a[1-9]\\d{0,3}/(?:${stream}|(${picture}))))$`,
)

const contentTypes: Record<string, string> = {
  m3u8: 'application/vnd.apple.mpegurl',
  jpg: 'image/jpeg',
  vtt: 'text/vtt; charset=utf-8',
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
  const [, token, path, videoId, master, encodeId, image] = match as unknown as string[]
  const extension = path!.slice(path!.lastIndexOf('.') + 1)
  const mp4 = path!.includes('/audio') ? 'audio/mp4' : 'video/mp4'
  return {
    token: token!,
    videoId: videoId as VideoId,
    key: master ? undefined : path,
    encodeId: encodeId as EncodeId | undefined,
    contentType: contentTypes[extension] ?? mp4,
    kind: image ? 'image' : 'play',
  }
}
