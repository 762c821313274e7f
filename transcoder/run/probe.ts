import { open } from 'node:fs/promises'
import path from 'node:path'
import { TaskError } from '../failure.ts'
import { refuseEndless } from '../plan/limit.ts'
import { findUnknownFields, planSource } from '../plan/source.ts'
import type { Source } from '../plan/source.ts'
import { ProbeJson, probeEntries } from '../plan/stream.ts'
import type { PacketFacts } from '../plan/stream.ts'
import { refuseEncrypted } from './encrypted.ts'
import { runFfprobe } from './ffprobe.ts'
import type { Subject } from './ffprobe.ts'

const keptPts = 5000

/** Names of files and folders stay here: the message is shown to operators of other machines. */
const tidy = (text: string, file: string): string =>
  text
    .replaceAll(`file:${path.basename(file)}`, 'source')
    .replaceAll(file, 'source')
    .replaceAll(/not on whitelist '[^']*'?/g, 'not allowed')
    .replaceAll(/ @ 0x[0-9a-f]+/g, '')
    .trim()
    .slice(0, 500)

const tooManyStreams = /exceeds max_streams/
const tooLarge = /exceeds max_streams|exceeds specified max pixel count/

/** One track of a codec that is not read keeps ffprobe from the others. */
export class ClosedTrack extends TaskError {}

/** A file that ffprobe refuses: damaged when its beginning is that of a film, else no film. */
async function explain(file: string, stderr: string): Promise<TaskError> {
  if (/Codec \(\w+\) not on whitelist/.test(stderr)) {
    return new ClosedTrack('unsupported_codec', tidy(stderr, file))
  }
  if (tooLarge.test(stderr)) {
    return new TaskError('too_large', tidy(stderr, file))
  }
  const handle = await open(file)
  const start = Buffer.alloc(197)
  await handle.read(start, 0, start.length, 0).finally(() => handle.close())
  const brand = start.toString('latin1', 4, 8)
  const isRiff = ['AVI ', 'WAVE'].includes(start.toString('latin1', 8, 12))
  const isStream = [0, 4].some((at) => start[at] === 0x47 && start[at + (at ? 192 : 188)] === 0x47)
  // A machine may have closed these formats for a hole in its ffmpeg.
  if ((isRiff || isStream) && /Format not on whitelist/.test(stderr)) {
    return new TaskError('unsupported_codec', 'This format is closed here')
  }
  const isFilm =
    ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'].includes(brand) ||
    start.readUInt32BE(0) === 0x1a45dfa3 || // EBML: Matroska and WebM
    start.readUInt32BE(0) === 0x3026b275 || // ASF: Windows Media
    ['OggS', 'FLV\x01'].includes(start.toString('latin1', 0, 4)) ||
    isRiff
  return new TaskError(isFilm ? 'damaged' : 'not_a_video', tidy(stderr, file) || 'Not recognised')
}

/** Formats whose clock may jump in mid-file; ffmpeg closes such gaps, and so does the scan. */
const canJump = ['mpegts', 'mpeg']
const backSeconds = 0.1
const aheadSeconds = 10

/** Every packet once: what is really there, in time and number, a stream. */
async function scanPackets(subject: Subject, format: string) {
  const facts = new Map<number, PacketFacts>()
  const clocks = new Map<number, { shift: number; next: number }>()

  function add(index: number, pts: number, dts: number, duration: number) {
    const clock = clocks.get(index) ?? { shift: 0, next: dts }
    clocks.set(index, clock)
    const jump = dts + clock.shift - clock.next
    const isJump = jump < -backSeconds || jump > aheadSeconds
    const isGap = isJump && canJump.includes(format)
    if (isGap) clock.shift -= jump
    clock.next = dts + clock.shift + duration

    const time = pts + clock.shift
    const stream = facts.get(index) ?? { count: 0, firstPts: time, endPts: time, ptsSeconds: [] }
    facts.set(index, stream)
    stream.count++
    if (isGap) stream.hasJumped = true
    stream.firstPts = Math.min(stream.firstPts, time)
    stream.endPts = Math.max(stream.endPts, time + duration)
    if (stream.ptsSeconds.length < keptPts) stream.ptsSeconds.push(time)
  }

  const fields = 'packet=stream_index,pts_time,dts_time,duration_time,flags'
  await runFfprobe(subject, ['-show_entries', fields, '-of', 'csv=p=0'], (line) => {
    const [index, ...texts] = line.split(',')
    const [pts, dts, duration] = texts.slice(0, 3).map(Number) as [number, number, number]
    const time = Number.isFinite(pts) ? pts : dts
    if (!Number.isFinite(time) || texts[3]?.includes('D')) return // D: cut off by an edit list
    add(Number(index), time, Number.isFinite(dts) ? dts : time, duration || 0)
  })
  return facts
}

/** Containers such as AVI do not say that pictures are fields; the decoder says it of each. */
async function askForFields(subject: Subject, probe: ProbeJson, facts: Map<number, PacketFacts>) {
  const stream = findUnknownFields(probe, facts)
  if (!stream) return
  let isInterlaced = false
  const options = ['-select_streams', `${stream.index}`, '-read_intervals', '%+#25']
  const fields = ['-show_entries', 'frame=interlaced_frame', '-of', 'csv=p=0']
  await runFfprobe(
    subject,
    [...options, ...fields],
    (line) => (isInterlaced ||= line.startsWith('1')),
  )
  if (isInterlaced) stream.field_order = 'tt'
}

/** A title of megabytes cuts it off, and the next look would find the same. */
function readProbe(stdout: string): ProbeJson {
  try {
    return ProbeJson.parse(JSON.parse(stdout))
  } catch (cause) {
    throw new TaskError('damaged', 'What the file says of itself cannot be read', { cause })
  }
}

/**
 * What a stranger's file holds. Throws `not_a_video`, `damaged`, `encrypted`, `no_streams`,
 * `unsupported_codec`, `too_large` and `too_expensive`.
 */
export async function probeSource(
  file: string,
  signal: AbortSignal,
  niceness = 0,
): Promise<Source> {
  const hasMoov = await refuseEncrypted(file)
  const subject = { file, signal, niceness }
  const options = ['-show_entries', probeEntries, '-of', 'json']
  const { code, stdout, stderr } = await runFfprobe(subject, options)
  // Newer readers of Matroska leave the other tracks out and say that all is well.
  if (code !== 0 || tooManyStreams.test(stderr)) throw await explain(file, stderr)
  const probe = readProbe(stdout)
  // Newer versions open AVIF and HEIF, whose pictures have no time.
  if (!hasMoov && probe.format.format_name.startsWith('mov,') && !probe.format.duration) {
    throw new TaskError('damaged', 'There is no index of a film')
  }
  const packets = await scanPackets(subject, probe.format.format_name)
  await askForFields(subject, probe, packets)
  try {
    const source = planSource(probe, packets)
    refuseEndless(source.durationSeconds)
    return source
  } catch (error) {
    // ffprobe gives a picture without a size then, and says that all is well.
    const isTooLarge =
      error instanceof TaskError && error.code === 'damaged' && tooLarge.test(stderr)
    throw isTooLarge ? new TaskError('too_large', tidy(stderr, file)) : error
  }
}
