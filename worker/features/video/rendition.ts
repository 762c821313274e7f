import { codecOf } from '#contracts/codec.ts'
import { failureCodes } from '#contracts/error.ts'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { PlannedRendition } from '#contracts/task.ts'
import type { Failure, Rendition } from '#contracts/video.ts'
import { soundName } from '../delivery/language.ts'
import { offersSource } from '../source/policy.ts'
import type { SourceRow } from '../source/table.ts'
import type { EncodeRow, RenditionRow, TaskRow } from '../transcode/table.ts'
import { type Remake, type Work, isRunning, placeOf, toProgress } from './work.ts'

interface Parts {
  encode: EncodeRow | undefined
  renditions: RenditionRow[]
  source: SourceRow | undefined
  work: Work | undefined
  /** Those that the reader may know of, the earliest first. */
  remakes: Remake[]
}

const bySharpness = (a: Rendition, b: Rendition) => (b.heightPx ?? 0) - (a.heightPx ?? 0)

/** What plays, and what will: sharpest first, the file itself before all. */
export function toRenditions({ renditions, source, work, encode, remakes }: Parts): Rendition[] {
  const coming = work ? planned(work) : []
  const labels = soundLabels(renditions)
  const failures = failuresOf(remakes)
  const ready = renditions.map((row) => ({
    ...toReady(row),
    label: labels.get(row.name) ?? null,
    failure: failureSince(row.createdAt, failures.get(row.name)),
    ...againOf(row.name, work, coming),
  }))
  const known = new Set(ready.map(({ name }) => name))
  const others = encode?.isComplete ? [] : coming.filter(({ name }) => !known.has(name))
  const isOffered = offersSource(source, encode?.isComplete ? renditions : undefined)
  const own = isOffered ? [toSourceRendition(source!)] : []
  return [...own, ...[...ready, ...others].toSorted(bySharpness)]
}

/** How far it is, of one that is made again: all else stays as it is. */
function againOf(name: string, work: Work | undefined, coming: Rendition[]): Partial<Rendition> {
  if (!work?.lead.remakeOf) return {}
  const again = coming.find((one) => one.name === name)
  if (again) {
    const { state, percent, speed, timeLeftMs, queuePlace } = again
    return { state, percent, speed, timeLeftMs, queuePlace }
  }
  if (!work.lead.onlyNames?.includes(name)) return {}
  return { ...idle, state: 'queued', percent: 0, queuePlace: toProgress(work).queuePlace }
}

/** By name, where the last try to make it again failed. */
function failuresOf(remakes: Remake[]): Map<string, Failed> {
  const failures = new Map<string, Failed>()
  for (const remake of remakes) {
    const failed = toFailed(remake)
    for (const name of remake.names ?? []) {
      if (failed) failures.set(name, failed)
      else failures.delete(name)
    }
  }
  return failures
}

interface Failed {
  failure: Failure
  at: number
}

/** Whatever made the one of now has made up for what failed before. */
const failureSince = (madeAt: number, failed: Failed | undefined): Failure | null =>
  failed && failed.at >= madeAt ? failed.failure : null

/** One that was split ends with the part that failed, which is what operators look for. */
function toFailed({ id, state, code, partId, partCode, createdAt }: Remake): Failed | undefined {
  const isOver = state === 'failed' || state === 'dead'
  const [logKey, reason] = isOver ? [id, code] : state === 'cancelled' ? [partId, partCode] : []
  if (!logKey || !reason) return undefined
  return { failure: { code: reason, message: failureCodes[reason], logKey }, at: createdAt }
}

/**
 * What players call the sounds: their titles, else their languages; a repeated one by its place
 * too, as in the master playlist.
 */
function soundLabels(rows: RenditionRow[]): Map<string, string> {
  const sounds = rows.filter(({ kind }) => kind === 'audio')
  const labels = new Map<string, string>()
  const taken = new Set<string>()
  for (const sound of sounds.toSorted(byTrack)) {
    const { name, channels, track } = sound
    const named = soundName(sound)
    if (!named) continue
    const group = (channels ?? 2) > 2 ? 'surround' : 'stereo'
    const words = taken.has(`${group} ${named}`) ? `${named} ${(track ?? 0) + 1}` : named
    taken.add(`${group} ${words}`)
    labels.set(name, words)
  }
  return labels
}

const byTrack = (a: RenditionRow, b: RenditionRow) => (a.track ?? 0) - (b.track ?? 0)

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
  label: null,
  sizeBytes: row.sizeBytes,
  failure: null,
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
    label: null,
    sizeBytes: null,
    failure: null,
    ...done,
  }
}

/** `720pav1` → `av1`. */
const codecOfName = (name: string): PictureCodec =>
  name.endsWith('hevc') ? 'hevc' : name.endsWith('av1') ? 'av1' : 'h264'

/** One process makes all renditions of its frames, so they come along side by side. */
function planned(work: Work): Rendition[] {
  const { lead, split } = work
  const named = lead.progress?.renditions ?? []
  if (!split) {
    const pace = paceOf([lead], work)
    return named.map((one) =>
      toComing({ codec: one.kind === 'video' ? codecOfName(one.name) : null, ...one }, pace),
    )
  }
  const { percent } = toProgress(work)
  const pace = paceOf(work.parts, work)
  const pictures = split.plan.videos.map(({ name, codec, widthPx, heightPx }) =>
    toComing({ name, kind: 'video', widthPx, heightPx, codec, percent }, pace),
  )
  const sounds = named.filter(({ kind }) => kind === 'audio')
  return [...pictures, ...sounds.map((one) => toComing({ codec: null, ...one }, soundPace(work)))]
}

type Pace = Pick<Rendition, 'state' | 'speed' | 'timeLeftMs' | 'queuePlace'>

/** Of what these tasks make: it waits unless one of them runs. */
function paceOf(makers: TaskRow[], work: Work): Pace {
  const { speed, timeLeftMs } = toProgress(work)
  return makers.some(isRunning)
    ? { state: 'running', speed, timeLeftMs, queuePlace: null }
    : { ...idle, state: 'queued', queuePlace: placeOf(makers, work) }
}

/** Of a split film, whose time left is that of its pictures. */
function soundPace(work: Work): Pace {
  const { lead } = work
  return {
    ...paceOf([lead], work),
    speed: isRunning(lead) ? (lead.progress?.speed ?? null) : null,
    timeLeftMs: null,
  }
}

type Coming = Pick<Rendition, 'name' | 'kind' | 'widthPx' | 'heightPx' | 'codec' | 'percent'> &
  Pick<PlannedRendition, 'language' | 'channels'>

/** What is made to its end waits for nothing but the others. */
function toComing(coming: Coming, pace: Pace): Rendition {
  const isMade = coming.percent >= 100
  return {
    ...coming,
    language: coming.language ?? null,
    channels: coming.channels ?? null,
    label: soundName({ language: coming.language ?? null }) ?? null,
    sizeBytes: null,
    failure: null,
    ...pace,
    ...(isMade && { ...idle, state: 'running' as const }),
  }
}
