import type { HlsConfig } from 'hls.js'
import type { Source } from './types.ts'

/** Of the film, in its own time. */
export interface Part {
  startMs: number
  endMs: number
}

/** What may be seen of a film; all of it where the link opens all of it. */
export const partOf = (clip: Source['clip'] | undefined, durationMs: number): Part => ({
  startMs: (clip?.fromSeconds ?? 0) * 1000,
  endMs: clip ? Math.min(clip.toSeconds * 1000, durationMs) : durationMs,
})

export const intoPart = (ms: number, { startMs, endMs }: Part): number =>
  Math.max(startMs, Math.min(endMs, ms))

const firstDate = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/m

/**
 * The playlist of a part begins at its first segment, and its date says how far into the film that
 * is, counted from the epoch. A gap of that length before it gives <video> the film's own time, so
 * that captions, pictures and positions need no sum. RFC 8216bis, 4.4.4.7
 */
export function inFilmTime(playlist: string): string {
  const [line, date = ''] = firstDate.exec(playlist) ?? []
  const seconds = Date.parse(date) / 1000
  if (!line || !(seconds > 0)) return playlist
  return playlist
    .replace(line, `#EXT-X-GAP\n#EXTINF:${seconds.toFixed(3)},\nbefore\n${line}`)
    .replace(/^(#EXT-X-MEDIA-SEQUENCE:)(\d+)$/m, (_, tag, first) => tag + (Number(first) - 1))
}

type Loader = NonNullable<HlsConfig['pLoader']>

/** https://github.com/video-dev/hls.js/blob/master/docs/API.md#ploader */
export function partLoader(Base: HlsConfig['loader']): Loader {
  return class extends (Base as Loader) {
    override load(...[context, config, callbacks]: Parameters<InstanceType<Loader>['load']>): void {
      super.load(context, config, {
        ...callbacks,
        onSuccess(response, ...rest) {
          const { data } = response
          const shown =
            typeof data === 'string' ? { ...response, data: inFilmTime(data) } : response
          callbacks.onSuccess(shown, ...rest)
        },
      })
    }
  }
}
