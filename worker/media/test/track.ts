/** For tests: tracks as the parsers describe them. */
import type { AudioTrack, VideoTrack } from '../film.ts'

export const avc: VideoTrack = {
  kind: 'video',
  timescale: 90_000,
  codecs: 'avc1.64001e',
  language: null,
  isEncrypted: false,
  codec: 'avc',
  config: new Uint8Array([1, 100, 0, 30, 255, 224, 0]),
  codedWidthPx: 640,
  codedHeightPx: 360,
  pixelAspect: [1, 1],
  rotation: 0,
  isMirrored: false,
  shownWidthPx: 640,
  shownHeightPx: 360,
  bitDepth: 8,
  chroma: '4:2:0',
  isInterlaced: false,
  colour: null,
}

export const aac: AudioTrack = {
  kind: 'audio',
  timescale: 48_000,
  codecs: 'mp4a.40.2',
  language: null,
  isEncrypted: false,
  codec: 'aac',
  config: new Uint8Array([0x11, 0x90]),
  channels: 2,
  sampleRateHz: 48_000,
}
