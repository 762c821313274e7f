import type HlsType from 'hls.js'
import { createHlsEngine } from './engine-hls.ts'
import { createNativeEngine } from './engine-native.ts'
import type { TokenKeeper } from './token.ts'
import type { FailureKind } from './types.ts'

export interface Level {
  id: number
  /** Short side, with the frame rate from 48 up: `720p`, `1080p60`. */
  label: string
  heightPx: number
}

export interface EngineOptions {
  video: HTMLVideoElement
  hlsUrl: string
  token: TokenKeeper
  startMs: number
  onLevels: () => void
  onFail: (kind: FailureKind) => void
}

/** What turns a playlist into a playing <video>. */
export interface Engine {
  levels(): Level[]
  /** The level that plays now; undefined before the first. */
  level(): Level | undefined
  /** The viewer's choice, which plays from the next segment on; undefined: automatic. */
  picked(): Level | undefined
  /** A level's id, or undefined for automatic choice. */
  pick(id: number | undefined): void
  framesPerSecond(): number
  /** From here on fill the buffer: the viewer has pressed play. */
  expectPlay(): void
  destroy(): void
}

let library: Promise<typeof HlsType> | undefined

/** A chunk of its own, fetched while the page paints. A failed fetch may be tried again. */
export function loadLibrary(): Promise<typeof HlsType> {
  library ??= import('hls.js').then((module) => module.default)
  library.catch(() => (library = undefined))
  return library
}

/**
 * hls.js wherever it runs: Chromium answers `maybe` for native HLS and then plays without a choice
 * of quality. Native is for what has no Media Source at all (old iOS).
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const Hls = await loadLibrary()
  return Hls.isSupported() ? createHlsEngine(Hls, options) : createNativeEngine(options)
}
