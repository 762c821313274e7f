import type { EmbedConfig } from '#contracts/embed.ts'
import type { Player } from '../player/types.ts'
import type { Command, Events, State } from '../public/embed-client.d.ts'
import { readCommand } from './command.ts'

const TIME_EVERY_MS = 250
/** A page that has no other token says nothing. */
const TOKEN_WITHIN_MS = 8000

export interface Remote {
  /** Another token of the page around the frame; undefined where it has none. */
  askForToken(): Promise<string | undefined>
}

type About = Pick<EmbedConfig, 'videoId' | 'title'>

/**
 * Lets the page around the frame steer the player. The page that says hello first is the only one
 * that is listened to and answered; a page without an origin of its own cannot be.
 */
export function openRemote(player: Player, about: About): Remote {
  let page: string | undefined
  let giveToken: ((token?: string) => void) | undefined
  let toldAt = 0

  const post = (message: object) => page && parent.postMessage({ lantern: 1, ...message }, page)
  const tell = <K extends keyof Events>(event: K, detail: Events[K]) => post({ event, ...detail })

  addEventListener('message', ({ source, origin, data }) => {
    if (parent === window || source !== parent || origin === 'null') return
    const command = readCommand(data)
    if (!command || (page ?? origin) !== origin) return
    if (command.do === 'hello') {
      page = origin
      tell('ready', { state: stateOf(player, about) })
    } else if (page) run(command)
  })

  function run(command: Command) {
    if (command.do === 'getState') {
      return post({ event: 'state', id: command.id, state: stateOf(player, about) })
    }
    if (command.do === 'token') return giveToken?.(command.token)
    return act(player, command)
  }

  const { video } = player
  player.on('play', () => tell('play', {}))
  player.on('pause', () => tell('pause', {}))
  player.on('ended', () => tell('ended', {}))
  player.on('error', ({ kind }) => tell('error', { kind }))
  player.on('position', ({ positionMs, durationMs }) => {
    const now = performance.now()
    if (now - toldAt < TIME_EVERY_MS - 20) return
    toldAt = now
    tell('time', { seconds: positionMs / 1000, duration: durationMs / 1000 })
  })
  video.addEventListener('volumechange', () =>
    tell('volume', { volume: video.volume, isMuted: video.muted }),
  )
  video.textTracks.addEventListener('change', () =>
    tell('captions', { language: player.captions.shown()?.language ?? null }),
  )
  return {
    askForToken: () =>
      new Promise((resolve) => {
        if (!page) return resolve(undefined)
        giveToken = resolve
        setTimeout(resolve, TOKEN_WITHIN_MS)
        tell('renew', {})
      }),
  }
}

function act(player: Player, command: Exclude<Command, { do: 'token' }>): void {
  const { video } = player
  switch (command.do) {
    case 'play':
      return player.play()
    case 'pause':
      return player.pause()
    case 'seek':
      return player.seekTo(command.seconds * 1000)
    case 'volume':
      video.volume = command.volume
      return
    case 'mute':
      video.muted = command.isMuted
      return
    case 'rate':
      return player.setRate(command.rate)
    case 'captions':
      return player.captions.show(
        player.captions.tracks().find(({ language }) => language === command.language),
      )
    case 'quality': {
      const levels = player.engine()?.levels() ?? []
      return player.engine()?.pick(levels.find(({ label }) => label === command.quality)?.id)
    }
  }
}

function stateOf(player: Player, { videoId, title }: About): State {
  const { video, captions } = player
  const engine = player.engine()
  return {
    videoId,
    title,
    seconds: player.positionMs() / 1000,
    duration: player.durationMs() / 1000,
    isPaused: video.paused,
    hasEnded: video.ended,
    volume: video.volume,
    isMuted: video.muted,
    rate: video.playbackRate,
    captions: captions.tracks().map(({ language, label }) => ({ language, label })),
    caption: captions.shown()?.language ?? null,
    qualities: engine?.levels().map(({ label }) => label) ?? [],
    quality: engine?.picked()?.label ?? null,
  }
}
