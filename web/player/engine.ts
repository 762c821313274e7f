import type * as HlsLibrary from 'hls.js'
import { findCodecOrder } from './codec.ts'
import type * as EngineHls from './engine-hls.ts'
import type { Failure } from './failure.ts'
import type { Sound } from './sound.ts'
import type { TokenKeeper } from './token.ts'

export interface Level {
  /** Stays the same while others join. */
  id: string
  /** Short side, with the frame rate from 48 up: `720p`, `1080p60`. */
  label: string
  heightPx: number
  bitsPerSecond: number
  /** The uploaded file itself, not a conversion of it. */
  isOriginal: boolean
}

/** What an engine knows of the moment; see stats.ts. */
export interface Facts {
  codecs: string[]
  /** As it is estimated. */
  networkBitsPerSecond: number
  /** The last few, oldest first. `ms`: from the request to the last byte. */
  segments: { ms: number; sizeBytes: number }[]
}

export interface EngineOptions {
  video: HTMLVideoElement
  videoId: string
  /** Of this play: what CMCD calls it. */
  playId: string
  hlsUrl: string
  token: TokenKeeper
  startMs: number
  /** Of the whole film, also while only its beginning is there. */
  durationMs: number
  /** False: renditions may still join, or grow. */
  isFinal: boolean
  /** Only a part of the film is there. */
  isPart: boolean
  /** Another codec could not be decoded here: H.264 alone plays. */
  isPlain: boolean
  /** Levels or sounds have joined or gone, or others play. */
  onLevels: () => void
  /** The film must be loaded anew, at its place. */
  onReload: () => void
  /** The same with `isPlain`, after a codec that the browser had promised to play. */
  onPlain: () => void
  onFail: (failure: Failure) => void
}

/** What turns a playlist into a playing <video>. */
export interface Engine {
  levels(): Level[]
  /** The level that plays now; undefined before the first. */
  level(): Level | undefined
  /** The viewer's choice, which plays from the next segment on; undefined: automatic. */
  picked(): Level | undefined
  /** A level's id, or undefined for automatic choice. */
  pick(id: string | undefined): void
  /** What the film can be heard with; fewer than two are no choice. */
  sounds(): Sound[]
  sound(): Sound | undefined
  pickSound(id: string): void
  framesPerSecond(): number
  /** Undefined where the browser plays by itself. */
  facts(): Facts | undefined
  /** What the playhead waits for is not made, or not uploaded, yet. */
  isPreparing(): boolean
  /** From here on fill the buffer: the viewer has pressed play. */
  expectPlay(): void
  destroy(): void
}

/** What web/hls-build.ts makes of hls.js. */
export type Library = Pick<
  typeof HlsLibrary,
  'default' | 'ErrorDetails' | 'ErrorTypes' | 'Events' | 'Level' | 'M3U8Parser'
>

type Loaded = [Library, typeof EngineHls]

let library: Promise<Loaded> | undefined

/** Chunks of their own: a page paints, or waits for its viewer, without. A failed fetch may be tried again. */
export function loadLibrary(): Promise<Loaded> {
  library ??= Promise.all([import('hls.js'), import('./engine-hls.ts')])
  library.catch(() => (library = undefined))
  return library
}

/**
 * hls.js wherever it runs: Chromium answers `maybe` for native HLS and then plays without a choice
 * of quality. Native is for what has no Media Source at all (old iOS).
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const [[hls, { createHlsEngine }], codecs] = await Promise.all([loadLibrary(), findCodecOrder()])
  if (hls.default.isSupported()) return createHlsEngine(hls, codecs, options)
  return (await import('./engine-native.ts')).createNativeEngine(options)
}
