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
  pictureSeconds: number[]
  keySeconds: number[]
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

/** One reading of all packets. Throws `damaged` where the stream has none. */
export async function readClock(subject: Subject, streamIndex: number): Promise<PictureClock> {
  const clock: PictureClock = {
    ...{ fileStartSeconds: 0, trackId: null, pictureStreams: 0, packets: 0 },
    ...{
      keySeconds: [],
      pictureSeconds: [],
      endSeconds: -Infinity,
      isSteady: true,
      longestStepSeconds: 0,
    },
  }
  let lastDts = Number.NaN

  function takePacket([index, pts, dts, duration, flags]: string[]) {
    if (Number(index) !== streamIndex || flags?.includes('D')) return // D: cut off by an edit list
    const [shown, decoded] = [Number(pts), Number(dts)]
    clock.packets++
    if (Number.isFinite(shown)) clock.pictureSeconds.push(shown)
    if (!Number.isFinite(shown) || (Number.isFinite(lastDts) && decoded < lastDts)) {
      clock.isSteady = false
    }
    if (decoded > lastDts) {
      clock.longestStepSeconds = Math.max(clock.longestStepSeconds, decoded - lastDts)
    }
    if (Number.isFinite(decoded)) lastDts = decoded
    if (flags?.includes('K')) clock.keySeconds.push(shown)
    clock.endSeconds = Math.max(clock.endSeconds, shown + (Number(duration) || 0))
  }

  function takeStream([index, id, isCover]: string[]) {
    if (isCover === '1') return
    clock.pictureStreams++
    if (Number(index) === streamIndex && id?.startsWith('0x')) clock.trackId = Number(id)
  }

  const options = ['-select_streams', 'v', '-show_entries', entries, '-of', 'csv=p=1']
  await runFfprobe(subject, options, (line) => {
    const [section, ...fields] = line.split(',')
    if (section === 'packet') takePacket(fields)
    if (section === 'stream') takeStream(fields)
    if (section === 'format') clock.fileStartSeconds = Number(fields[0]) || 0
  })
  if (!clock.packets) throw new TaskError('damaged', 'The picture has no packets')
  clock.keySeconds.sort((a, b) => a - b)
  clock.pictureSeconds.sort((a, b) => a - b)
  return clock
}
