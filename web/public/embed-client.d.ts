/** The player of a Lantern frame, from the page around it. See docs/embed.md. */

/** Messages of another version are ignored by both sides. */
export type Version = 1

/** What a page asks of the frame. The first is always `hello`. */
export type Command =
  | { do: 'hello' }
  | { do: 'play' }
  | { do: 'pause' }
  | { do: 'seek'; seconds: number }
  | { do: 'volume'; volume: number }
  | { do: 'mute'; isMuted: boolean }
  | { do: 'rate'; rate: number }
  /** A language of `State.captions`; null: none. */
  | { do: 'captions'; language: string | null }
  /** One of `State.qualities`; null: as the network allows. */
  | { do: 'quality'; quality: string | null }
  /** Opens the film from now on; the answer to `renew`. */
  | { do: 'token'; token: string }
  | { do: 'getState'; id: number }

export interface State {
  videoId: string
  title: string
  seconds: number
  duration: number
  isPaused: boolean
  hasEnded: boolean
  /** 0 to 1. */
  volume: number
  isMuted: boolean
  rate: number
  captions: { language: string; label: string }[]
  caption: string | null
  /** Sharpest first; empty until the film is fetched. */
  qualities: string[]
  /** What was chosen; null: by itself. */
  quality: string | null
}

/** What the frame tells; `time` four times a second while the film plays. */
export interface Events {
  ready: { state: State }
  play: object
  pause: object
  time: { seconds: number; duration: number }
  volume: { volume: number; isMuted: boolean }
  captions: { language: string | null }
  ended: object
  /** `network`, `media` or `denied`; more may come. */
  error: { kind: string }
  /** The token of the frame ends soon: send another by `setToken`. Asked of frames with a token. */
  renew: object
}

export interface LanternPlayer {
  /** Resolves once the frame has answered. */
  readonly ready: Promise<State>
  play(): void
  pause(): void
  seek(seconds: number): void
  setVolume(volume: number): void
  setMuted(isMuted: boolean): void
  setRate(rate: number): void
  showCaptions(language: string | null): void
  setQuality(quality: string | null): void
  /** A token of the same film, for the rest of it. */
  setToken(token: string): void
  getState(): Promise<State>
  /** Answers the function that ends it. */
  on<K extends keyof Events>(name: K, run: (detail: Events[K]) => void): () => void
  /** Lets go of the frame; the film goes on. */
  disconnect(): void
}

/** `frame`: an iframe whose `src` is an embed of Lantern. */
export function connect(frame: HTMLIFrameElement): LanternPlayer
