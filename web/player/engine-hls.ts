import type HlsType from 'hls.js'
import type { Level as HlsLevel } from 'hls.js'
import type { Engine, EngineOptions, Level } from './engine.ts'
import { createRecovery } from './recovery.ts'
import type { TokenKeeper } from './token.ts'

/** Seconds of film kept ahead before the viewer asks to play, and after. */
const AHEAD_BEFORE_PLAY = 8
const AHEAD = 40

export function createHlsEngine(Hls: typeof HlsType, options: EngineOptions): Engine {
  const { video, hlsUrl, token, startMs } = options
  const hls = new Hls({
    capLevelToPlayerSize: true,
    backBufferLength: 30,
    maxBufferLength: AHEAD_BEFORE_PLAY,
    // Without this limit a low bitrate is fetched ten minutes ahead.
    maxMaxBufferLength: AHEAD_BEFORE_PLAY,
    startPosition: startMs > 0 ? startMs / 1000 : -1,
    // Captions are our own overlay; text inside the media would show twice.
    enableWebVTT: false,
    enableIMSC1: false,
    enableCEA708Captions: false,
    xhrSetup: openWithToken(token),
  })
  const recovery = createRecovery({ Hls, hls, token, hlsUrl, onFail: options.onFail })
  const levelsChanged = () => options.onLevels()
  hls.on(Hls.Events.MANIFEST_PARSED, levelsChanged)
  hls.on(Hls.Events.LEVEL_SWITCHED, levelsChanged)
  hls.loadSource(hlsUrl)
  hls.attachMedia(video)

  const levels = () => hls.levels.map(toLevel).toSorted((a, b) => b.heightPx - a.heightPx)
  // Only on the viewer's choice: set at the start, it makes hls.js begin at the top level.
  function pick(id = -1) {
    const lastSegment = hls.levels[hls.currentLevel]?.details?.fragments.at(-1)
    const isInLast = lastSegment !== undefined && video.currentTime >= lastSegment.start
    // `nextLevel` waits for the next segment, and short films have none: those are fetched anew.
    if (isInLast && id >= 0) hls.currentLevel = id
    else hls.nextLevel = id
  }
  const find = (id: number) => levels().find((level) => level.id === id)
  return {
    levels,
    level: () => find(hls.currentLevel),
    picked: () => find(hls.manualLevel),
    pick,
    framesPerSecond: () => hls.levels[hls.currentLevel]?.frameRate || 30,
    expectPlay: () => (hls.config.maxBufferLength = hls.config.maxMaxBufferLength = AHEAD),
    destroy() {
      recovery.destroy()
      hls.destroy()
    },
  }
}

/** https://github.com/video-dev/hls.js/blob/master/docs/API.md#xhrsetup: open() here is kept. */
function openWithToken(token: TokenKeeper) {
  return async (xhr: XMLHttpRequest, url: string) => {
    xhr.open('GET', await token.fresh(url), true)
  }
}

function toLevel({ width, height, frameRate }: HlsLevel, id: number): Level {
  const shortSidePx = Math.min(width, height)
  const rate = frameRate >= 48 ? Math.round(frameRate) : ''
  return { id, label: shortSidePx > 0 ? `${shortSidePx}p${rate}` : `${id + 1}`, heightPx: height }
}
