import { describeAac } from '../codec/aac.ts'
import { describeAvc } from '../codec/avc.ts'
import { plainPicture } from '../codec/picture.ts'
import { MediaError, withBudget } from '../film.ts'
import type { AudioTrack, ByteSource, SlicedFilm, VideoTrack } from '../film.ts'
import { measureFilm } from '../slice/film.ts'
import type { Draft } from '../slice/film.ts'
import type { Packet } from '../slice/sample.ts'
import { toShape } from '../slice/shape.ts'
import { toAvcc } from './annexb.ts'
import { findLayout, packetsOf } from './packet.ts'
import { ticksPerSecond } from './pes.ts'
import { readProgram, writeProgram } from './program.ts'
import { scanTransport } from './scan.ts'
import { chooseStreams, languageOf } from './stream.ts'
import type { Chosen } from './stream.ts'

const budget = { maxReads: 64, maxBytes: 160 * 1024 * 1024 }
const frontBytes = 1024 * 1024

/**
 * MPEG transport streams, also those of cameras with 192 bytes a packet. There is no index to
 * read, so a file up to 96 MiB is read whole. Throws MediaError.
 */
export async function openTransportStream(file: ByteSource): Promise<SlicedFilm> {
  const source = withBudget(file, budget)
  return measureFilm(source, (await draftTransport(source, chooseStreams)).draft)
}

/** What is known before any slice is parsed; `choose` picks the streams. Throws MediaError. */
export async function draftTransport(
  source: ByteSource,
  choose: typeof chooseStreams,
  needsSets = false,
) {
  const front = await source.read(0, Math.min(frontBytes, source.sizeBytes))
  const found = findLayout(front)
  if (!found) throw new MediaError('unknown_container', 'No packets follow each other')
  const { layout, start } = found
  const program = readProgram(packetsOf(front.subarray(start), layout))
  const chosen = choose(program)
  const { places, isScrambled } = await scanTransport(source, start, layout, {
    ...chosen,
    needsSets,
  })
  const streams = program.streams.filter(
    ({ pid }) => pid === chosen.video?.pid || pid === chosen.audio?.pid,
  )
  const draft: Draft = {
    container: 'mpegts',
    head: writeProgram({ ...program, streams }, layout),
    places,
    endOffset: source.sizeBytes,
    describe: ({ video, audioConfig }) => ({
      video: describeVideo(chosen, video, isScrambled),
      audio: describeAudio(chosen, audioConfig ?? null, isScrambled),
    }),
  }
  return { draft, start, layout, chosen, isScrambled }
}

/** Without parameter sets nothing is known of the picture, and nothing of it is played. */
function describeVideo(
  { video }: Chosen,
  [first]: Packet[],
  isEncrypted: boolean,
): VideoTrack | null {
  if (!video) return null
  const config = video.codec === 'avc' && first ? toAvcc(first.data) : null
  const facts = config ? describeAvc(config) : plainPicture(video.codec, '')
  return {
    ...{ kind: 'video', timescale: ticksPerSecond, isEncrypted, config },
    language: null,
    codec: facts.codec,
    codecs: facts.codecs || null,
    ...toShape(facts.codedWidthPx ?? 0, facts.codedHeightPx ?? 0, facts.pixelAspect ?? [1, 1]),
    isMirrored: false,
    bitDepth: facts.bitDepth,
    chroma: facts.chroma,
    isInterlaced: facts.isInterlaced,
    colour: facts.colour,
  }
}

function describeAudio(
  { audio }: Chosen,
  found: Uint8Array | null,
  isEncrypted: boolean,
): AudioTrack | null {
  if (!audio) return null
  const config = audio.codec === 'aac' ? found : null
  const facts = config && describeAac(config)
  return {
    ...{ kind: 'audio', timescale: ticksPerSecond, isEncrypted, config },
    language: languageOf(audio),
    codec: facts?.codec ?? 'other',
    codecs: facts?.codecs ?? null,
    channels: facts?.channels || 2,
    sampleRateHz: facts?.sampleRateHz ?? 48_000,
  }
}
