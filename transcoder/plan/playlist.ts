import path from 'node:path'

export interface Listed {
  initKey: string
  segments: { key: string; durationSeconds: number }[]
}

const unquote = (attribute: string | undefined) => attribute?.slice(1, -1)

/**
 * The files that one of our media playlists names; `key` is its own, and those in it are relative to
 * that. RFC 8216, 4. Throws where it names no init segment or no segments.
 */
export function readPlaylist(text: string, key: string): Listed {
  const toKey = (uri: string) => path.posix.join(path.posix.dirname(key), uri)
  let initKey: string | undefined
  let durationSeconds = 0
  const segments: Listed['segments'] = []
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (line.startsWith('#EXT-X-MAP:')) {
      const uri = unquote(/URI=("[^"]*")/.exec(line)?.[1])
      if (uri) initKey ??= toKey(uri)
    } else if (line.startsWith('#EXTINF:')) {
      durationSeconds = Number.parseFloat(line.slice('#EXTINF:'.length))
    } else if (line && !line.startsWith('#')) {
      segments.push({ key: toKey(line), durationSeconds })
    }
  }
  if (!initKey || !segments.length) throw new Error(`${key} names no segments`)
  return { initKey, segments }
}
