import { TaskError } from '../failure.ts'
import { runFfprobe } from './ffprobe.ts'
import type { Subject } from './ffprobe.ts'

/** When the pictures of one stream come, in seconds as ffprobe reads them. */
export interface PictureClock {
  /** Where ffmpeg takes the file to begin. */
  fileStartSeconds: number
  /** The stream's number in the file, where the container has one. */
  trackId: number | null
  /** Moving pictures in the file; more than one need telling apart. */
  pictureStreams: number
  packets: number
  /** When each picture is shown, sorted. */
  pictureSeconds: Float64Array
  keySeconds: Float64Array
  endSeconds: number
  /** Every packet has its times, and decoding goes ahead. */
  isSteady: boolean
  /** The longest step from one packet to the next. */
  longestStepSeconds: number
}

const entries = [
  'packet=stream_index,pts_time,dts_time,duration_time,flags',
  'stream=index,id:stream_disposition=attached_pic',
  'format=start_time',
].join(':')

/** Eighteen hours at 60 pictures a second; a film may name more in few bytes. */
const maxPictures = 4_000_000

/** Numbers that become more, in 8 bytes each. */
function createTimes() {
  let times = new Float64Array(4096)
  let count = 0
  return {
    push(time: number) {
      if (count === times.length) {
        const wider = new Float64Array(count * 2)
        wider.set(times)
        times = wider
      }
      times[count++] = time
    },
    sorted: () => times.subarray(0, count).toSorted(),
  }
}

/** What is known of one stream, line after line. */
function followStream(streamIndex: number, limit: number) {
  const [pictures, keys] = [createTimes(), createTimes()]
  const facts = {
    ...{ trackId: null as number | null, pictureStreams: 0, packets: 0 },
    ...{ endSeconds: -Infinity, isSteady: true, longestStepSeconds: 0 },
  }
  let lastDts = Number.NaN
  return {
    takePacket([index, pts, dts, duration, flags]: string[]) {
      if (Number(index) !== streamIndex || flags?.includes('D')) return // D: cut off by an edit list
      if (++facts.packets > limit) return
      const [shown, decoded] = [Number(pts), Number(dts)]
      if (Number.isFinite(shown)) pictures.push(shown)
      if (!Number.isFinite(shown) || (Number.isFinite(lastDts) && decoded < lastDts)) {
        facts.isSteady = false
      }
      if (decoded > lastDts) {
        facts.longestStepSeconds = Math.max(facts.longestStepSeconds, decoded - lastDts)
      }
      if (Number.isFinite(decoded)) lastDts = decoded
      if (flags?.includes('K')) keys.push(shown)
      facts.endSeconds = Math.max(facts.endSeconds, shown + (Number(duration) || 0))
    },
    takeStream([index, id, isCover]: string[]) {
      if (isCover === '1') return
      facts.pictureStreams++
      if (Number(index) === streamIndex && id?.startsWith('0x')) facts.trackId = Number(id)
    },
    isOver: () => facts.packets > limit,
    known: () => ({ ...facts, pictureSeconds: pictures.sorted(), keySeconds: keys.sorted() }),
  }
}

/**
 * One reading of all packets. Throws `damaged` where the stream has none, and `too_expensive` where
 * it has more than `limit`.
 */
export async function readClock(
  subject: Subject,
  streamIndex: number,
  limit = maxPictures,
): Promise<PictureClock> {
  const stream = followStream(streamIndex, limit)
  const crowd = new AbortController()
  let fileStartSeconds = 0
  const options = ['-select_streams', 'v', '-show_entries', entries, '-of', 'csv=p=1']
  const signal = AbortSignal.any([subject.signal, crowd.signal])
  await runFfprobe({ ...subject, signal }, options, (line) => {
    const [section, ...fields] = line.split(',')
    if (section === 'packet') stream.takePacket(fields)
    if (section === 'stream') stream.takeStream(fields)
    if (section === 'format') fileStartSeconds = Number(fields[0]) || 0
    if (stream.isOver()) crowd.abort(new TaskError('too_expensive', 'It has too many pictures'))
  })
  const known = stream.known()
  if (!known.packets) throw new TaskError('damaged', 'The picture has no packets')
  return { fileStartSeconds, ...known }
}
