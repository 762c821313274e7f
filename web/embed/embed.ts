import type { EmbedConfig } from '#contracts/embed.ts'
import type { Playback } from '#contracts/video.ts'
import { failedWith } from '../player/failure.ts'
import { createPlayer } from '../player/player.ts'
import { prefs } from '../player/prefs.ts'
import type { Player, Source } from '../player/types.ts'
import { readConfig, waitForFilm } from './config.ts'
import { createEndCard, createTitle } from './overlay.ts'
import { openRemote, type Remote } from './remote.ts'
import './embed.css'

function start(config: EmbedConfig, playback: Playback): void {
  const { params } = config
  const root = document.querySelector<HTMLElement>('#player')!
  root.style.setProperty('--vp-time', params.color ?? '')
  root.classList.toggle('embed-bare', !params.controls)
  document.title = config.title
  if (params.lang) {
    prefs.wishSound({ language: params.lang, label: '', isSurround: false })
  }
  const player = createPlayer({ root, isLazy: true, place: 'embed' })
  if (params.muted) mute(player)
  preloadOnIntent(root, playback.hlsUrl)
  player.load(
    toSource(config, playback, () => remote),
    {
      startMs: params.start === undefined ? undefined : params.start * 1000,
      autoplay: params.autoplay,
    },
  )
  if (params.captions) {
    const wanted = player.captions.tracks().find(({ language }) => language === params.captions)
    player.captions.show(wanted)
  }
  document.addEventListener('keydown', (event) => {
    if (event.target === document.body) player.key(event)
  })
  endAsAsked(player, config)
  if (params.title) root.append(createTitle(config))
  const remote = openRemote(player, config)
}

const toSource = (config: EmbedConfig, playback: Playback, remote: () => Remote): Source => ({
  ...playback,
  title: config.title,
  artist: config.channel,
  renew: async () => renew(config.videoId, await findToken(remote()), playback.playId),
})

/** The page's newest, or the one that the frame came with; undefined for a film that needs none. */
async function findToken(remote: Remote): Promise<string | undefined> {
  const own = new URLSearchParams(location.search).get('token')
  return own === null ? undefined : ((await remote.askForToken()) ?? own)
}

async function renew(videoId: string, token = '', playId: string | null): Promise<Playback> {
  const query = new URLSearchParams({ ...(token && { token }), ...(playId && { playId }) })
  const response = await fetch(`/api/v1/videos/${videoId}/playback?${query}`)
  if (!response.ok) throw await failedWith(response)
  return (await response.json()) as Playback
}

/** Asked for by the page, so it is not kept as the viewer's own choice. */
function mute({ video }: Player) {
  const wasMuted = prefs.isMuted()
  video.muted = true
  const forget = () => prefs.setVolume(video.volume, wasMuted)
  video.addEventListener('volumechange', forget, { once: true })
}

/** The first thing that the film needs, asked for while a finger is on its way to the button. */
function preloadOnIntent(root: HTMLElement, hlsUrl: string) {
  const abort = new AbortController()
  function preload() {
    abort.abort()
    const link = document.createElement('link')
    Object.assign(link, { rel: 'preload', as: 'fetch', crossOrigin: 'anonymous', href: hlsUrl })
    document.head.append(link)
  }
  for (const name of ['pointerenter', 'touchstart', 'focusin']) {
    root.addEventListener(name, preload, { signal: abort.signal, passive: true })
  }
}

/** Ends at `end`, begins again where it shall loop, else shows what may come next. */
function endAsAsked(player: Player, config: EmbedConfig) {
  const { video } = player
  const { start = 0, end, loop } = config.params
  const card = createEndCard(config, restart)
  video.closest('.vp')!.querySelector('.vp-bar')!.before(card)
  let isPastEnd = false

  function restart() {
    player.seekTo(start * 1000)
    player.play()
  }
  function finish() {
    if (loop) return restart()
    card.hidden = false
  }
  player.on('position', ({ positionMs }) => {
    const isPast = end !== undefined && end > start && positionMs >= end * 1000
    if (isPast && !isPastEnd && !video.paused) {
      player.pause()
      finish()
    }
    isPastEnd = isPast // a viewer who goes on from there may
  })
  player.on('ended', finish)
  for (const name of ['play', 'seeking']) {
    video.addEventListener(name, () => (card.hidden = true))
  }
}

const config = readConfig(document)
if (config?.playback) start(config, config.playback)
else if (config) void waitForFilm().then((now) => start(now, now.playback!))
