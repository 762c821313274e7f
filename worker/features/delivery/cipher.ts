import { AppError } from '../../core/error.ts'
import { hmac } from '../../core/secret.ts'
import type { MediaPath } from './path.ts'
import type { VideoState } from './state.ts'

/** RFC 8216, 4.3.2.4: AES-128 in CBC mode. */
const algorithm = 'AES-CBC'
const blockBytes = 16

/** The stream that a file belongs to, as its folder is named: `720p`, `audio`, `video`. */
const streamOf = (key: string): string => key.split('/').at(-2)!

/**
 * The 16 bytes that open one stream of a film: HMAC-SHA256 of its name under the film's secret. A
 * link for smaller pictures gets the keys of those alone.
 */
export const streamKey = async (secret: string, stream: string): Promise<Uint8Array> =>
  (await hmac(secret, `hls ${stream}`)).subarray(0, blockBytes)

/**
 * Throws `playback_denied` where an encrypted film is asked for in the clear. The master playlist
 * names the addresses that are encrypted; a film whose encryption ended still answers there, for
 * those who began with it.
 */
export function requireCipher({ encryption }: VideoState, path: MediaPath): void {
  const isClear = path.kind === 'watch' && !path.isEncrypted && path.file.from !== 'master'
  if (isClear && encryption !== 'none') {
    throw new AppError('playback_denied', 'This video is delivered encrypted alone.')
  }
}

/** Address of a stream's key, as the playlist that lies `depth` folders below the film's names it. */
const keyUri = (stream: string, depth: number) => `${'../'.repeat(depth)}keys/${stream}.key`

/**
 * A media playlist whose segments are encrypted. The tag stands after that of the initialisation
 * section, which stays as it is (4.3.2.4); without an IV of its own a segment's number is the IV.
 */
export function encryptPlaylist(playlist: string, key: string): string {
  const depth = key.split('/').length - 3 // v/<video>/…/index.m3u8
  const tag = `#EXT-X-KEY:METHOD=AES-128,URI="${keyUri(streamOf(key), depth)}"`
  return playlist.replace(/^#EXT-X-MAP:.*$/m, (map) => `${map}\n${tag}`)
}

/** Segments carry their place in the film's list in their name. */
const segmentNumber = (key: string): number | undefined => {
  const number = /\/seg_(\d+)\.m4s$/.exec(key)?.[1]
  return number === undefined ? undefined : Number(number)
}

export const isSegment = (key: string): boolean => segmentNumber(key) !== undefined

/** With the padding of PKCS #7: up to a block more. */
export async function encryptSegment(
  secret: string,
  key: string,
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const iv = new Uint8Array(blockBytes)
  new DataView(iv.buffer).setUint32(blockBytes - 4, segmentNumber(key)!)
  const cipher = await importKey(secret, streamOf(key))
  return new Uint8Array(await crypto.subtle.encrypt({ name: algorithm, iv }, cipher, bytes))
}

const imported = new Map<string, Promise<CryptoKey>>()
const maxImported = 1000

function importKey(secret: string, stream: string): Promise<CryptoKey> {
  const name = `${secret} ${stream}`
  let key = imported.get(name)
  if (!key) {
    key = streamKey(secret, stream).then((raw) =>
      crypto.subtle.importKey('raw', raw, algorithm, false, ['encrypt']),
    )
    if (imported.size >= maxImported) imported.clear()
    imported.set(name, key)
  }
  return key
}
