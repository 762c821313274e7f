import { codecOf } from '#contracts/codec.ts'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { PlannedRendition } from '#contracts/task.ts'
import type { Rendition } from '#contracts/video.ts'
import { offersSource } from '../source/policy.ts'
import type { SourceRow } from '../source/table.ts'
import type { EncodeRow, RenditionRow } from '../transcode/table.ts'
import { type Work, toProgress } from './work.ts'

interface Parts {
  encode: EncodeRow | undefined
  renditions: RenditionRow[]
  source: SourceRow | undefined
  work: Work | undefined
}

const bySharpness = (a: Rendition, b: Rendition) => (b.heightPx ?? 0) - (a.heightPx ?? 0)

/** What plays, and what will: sharpest first, the file itself before all. */
export function toRenditions({ renditions, source, work, encode }: Parts): Rendition[] {
  const coming = work ? planned(work) : []
  const again = new Map(
    work?.lead.remakeOf ? coming.map((rendition) => [rendition.name, rendition]) : [],
  )
  const ready = renditions.map((row) => ({ ...toReady(row), ...stateOf(again.get(row.name)) }))
  const known = new Set(ready.map(({ name }) => name))
  const others = encode?.isComplete ? [] : coming.filter(({ name }) => !known.has(name))
  const isOffered = offersSource(source, encode?.isComplete ? renditions : undefined)
  const own = isOffered ? [toSourceRendition(source!)] : []
  return [...own, ...[...ready, ...others].toSorted(bySharpness)]
}

/** How far it is, of one that is made again: all else stays as it is. */
function stateOf(again: Rendition | undefined): Partial<Rendition> {
  if (!again) return {}
  const { state, percent, speed, timeLeftMs, queuePlace } = again
  return { state, percent, speed, timeLeftMs, queuePlace }
}

const idle = { speed: null, timeLeftMs: null, queuePlace: null }
const done = { state: 'ready' as const, percent: 100, ...idle }

const toReady = (row: RenditionRow): Rendition => ({
  name: row.name,
  kind: row.kind,
  widthPx: row.widthPx,
  heightPx: row.heightPx,
  codec: row.kind === 'video' ? codecOf(row.codecs) : null,
  language: row.language,
  channels: row.channels,
  sizeBytes: row.sizeBytes,
  ...done,
})

function toSourceRendition({ summary }: SourceRow): Rendition {
  return {
    name: 'source',
    kind: summary?.video ? 'video' : 'audio',
    widthPx: summary?.video?.widthPx ?? null,
    heightPx: summary?.video?.heightPx ?? null,
    codec: null,
    language: null,
    channels: null,
    sizeBytes: null,
    ...done,
  }
}

/** `720pav1` → `av1`. */
const codecOfName = (name: string): PictureCodec =>
  name.endsWith('hevc') ? 'hevc' : name.endsWith('av1') ? 'av1' : 'h264'

/** One process makes all renditions of its frames, so they come along side by side. */
function planned(work: Work): Rendition[] {
  const { lead, split, queuePlace } = work
  const { percent, speed, timeLeftMs } = toProgress(work)
  const pictures = (split?.plan.videos ?? []).map(({ name, codec, widthPx, heightPx }) =>
    toComing({ name, kind: 'video', widthPx, heightPx, codec, percent }),
  )
  const named = (lead.progress?.renditions ?? []).map((rendition) =>
    toComing({
      ...rendition,
      codec: rendition.kind === 'video' ? codecOfName(rendition.name) : null,
    }),
  )
  const all = [...pictures, ...named.filter(({ name }) => !split || isSound(name, named))]
  return all.map((one) => ({ ...one, speed, timeLeftMs, queuePlace }))
}

const isSound = (name: string, all: Rendition[]) =>
  all.some((one) => one.name === name && one.kind === 'audio')

type Coming = Pick<Rendition, 'name' | 'kind' | 'widthPx' | 'heightPx' | 'codec' | 'percent'> &
  Pick<PlannedRendition, 'language' | 'channels'>

const toComing = (rendition: Coming): Rendition => ({
  ...idle,
  ...rendition,
  language: rendition.language ?? null,
  channels: rendition.channels ?? null,
  sizeBytes: null,
  state: rendition.percent > 0 ? 'running' : 'queued',
})
