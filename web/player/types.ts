import type { Playback } from '#contracts/video.ts'
import type { Failure } from './failure.ts'
import type { Labels } from './labels.ts'
import type { Grant } from './token.ts'

export type Caption = Playback['captions'][number]
export type Chapter = Playback['chapters'][number]

export interface Source extends Omit<Playback, 'hasAudio'> {
  title: string
  /** The channel's name, for the system's media controls. */
  artist: string
  /** Asked for shortly before the token in `hlsUrl` ends. */
  renew?: (() => Promise<Grant>) | undefined
}

export interface LoadOptions {
  /** Left out: where the viewer stopped last time, else the start. */
  startMs?: number | undefined
  /** Play at once if the browser lets us. */
  autoplay?: boolean
}

export interface PlayerOptions {
  root: HTMLElement
  labels?: Labels
  /** Show the buttons; the page acts on the events of the same names. */
  hasTheatre?: boolean
  hasNext?: boolean
  /** Fetch nothing of a film before the viewer turns to it. */
  isLazy?: boolean
  /** Where it plays; the server is told how. Left out: it is told nothing. */
  place?: 'watch' | 'embed'
}

export interface PlayerEvents {
  play: undefined
  pause: undefined
  ended: undefined
  position: { positionMs: number; durationMs: number }
  level: { heightPx: number }
  error: Failure
  theatre: undefined
  next: undefined
  previous: undefined
}

interface Quality {
  id: string
  label: string
}

interface Qualities {
  levels(): Quality[]
  picked(): Quality | undefined
  pick(id: string | undefined): void
}

interface CaptionTracks {
  tracks(): TextTrack[]
  shown(): TextTrack | undefined
  show(track: TextTrack | undefined): void
}

export interface Player {
  readonly video: HTMLVideoElement
  load(source: Source, options?: LoadOptions): void
  /** Newer facts of the film that is loaded, as its storyboard; what plays is left alone. */
  refresh(source: Source): void
  play(): void
  pause(): void
  seekTo(positionMs: number): void
  positionMs(): number
  durationMs(): number
  setRate(rate: number): void
  /** Undefined until a film is fetched. */
  engine(): Qualities | undefined
  readonly captions: CaptionTracks
  setTheatre(isOn: boolean): void
  setNext(hasNext: boolean): void
  /** Page-wide keys: hand it the document's keydown events. Keys inside the player always work. */
  key(event: KeyboardEvent): void
  on<K extends keyof PlayerEvents>(name: K, run: (detail: PlayerEvents[K]) => void): () => void
  destroy(): void
}
