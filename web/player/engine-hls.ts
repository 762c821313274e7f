import type HlsType from 'hls.js'
import type { Level as HlsLevel } from 'hls.js'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { Engine, EngineOptions, Level, Library } from './engine.ts'
import { createCmcd } from './cmcd.ts'
import { createHlsFacts } from './facts-hls.ts'
import { calm, createGrowth } from './growth.ts'
import { evenOut } from './hls-levels.ts'
import { createJoin } from './join.ts'
import { toRendition } from './level-order.ts'
import { createLoader } from './loader-hls.ts'
import { partLoader } from './part.ts'
import { prefs } from './prefs.ts'
import { createRecovery } from './recovery.ts'
import { createHlsSounds, joinGroups } from './sound-hls.ts'
import {
  canFallBack,
  type Choose,
  isOriginalUrl,
  plainOnly,
  planFirstLevel,
  planStart,
  preferCodec,
  toKey,
} from './rendition.ts'

/** Seconds of film kept ahead before the viewer asks to play, and after. */
const AHEAD_BEFORE_PLAY = 8
const AHEAD = 40
/** While sharper renditions may join: what lies ahead is seen before they are. */
const AHEAD_OF_SHARPER = 16

export function createHlsEngine(
  library: Library,
  codecs: PictureCodec[],
  options: EngineOptions,
): Engine {
  const { video, hlsUrl, token, startMs, durationMs, isPlain, onLevels } = options
  const Hls = library.default
  // CMCD in headers needs a preflight elsewhere; in addresses it would make each another one for caches.
  const isOwn = new URL(hlsUrl, location.href).origin === location.origin
  const loader = createLoader(Hls, token, (context) => (isOwn ? cmcd.headersFor(context) : {}))
  const hls = new Hls({
    ...calm,
    capLevelToPlayerSize: true,
    backBufferLength: 30,
    maxBufferLength: AHEAD_BEFORE_PLAY,
    // Without this limit a low bitrate is fetched ten minutes ahead.
    maxMaxBufferLength: AHEAD_BEFORE_PLAY,
    startPosition: startMs / 1000,
    abrEwmaDefaultEstimate: prefs.bitsPerSecond(),
    loader,
    ...(options.isPart && { pLoader: partLoader(loader) }),
  })
  const cmcd = createCmcd({ ...options, library, hls })
  const choose: Choose = (listed) => (isPlain ? plainOnly(listed) : preferCodec(listed, codecs))
  /** Of what plays, or would. */
  const codec = () => {
    const level = hls.levels[hls.currentLevel] ?? hls.levels[hls.loadLevel]
    return level && toRendition(level).codec
  }
  let isPlayExpected = false
  function fill() {
    const ahead = join.isOpen() ? AHEAD_OF_SHARPER : AHEAD
    if (isPlayExpected) hls.config.maxBufferLength = hls.config.maxMaxBufferLength = ahead
  }
  const join = createJoin({ ...options, library, hls, codecs, choose, onFinal: fill })
  const growth = createGrowth({ library, hls, video, durationMs })
  const recovery = createRecovery({
    ...{ Hls, hls, video, token, hlsUrl, join, onFail: options.onFail, onPlain: options.onPlain },
    canFallBack: () => canFallBack(codec(), isPlain),
  })
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    chooseStart(hls, choose)
    onLevels()
  })
  hls.on(Hls.Events.LEVEL_SWITCHED, onLevels)
  const sounds = createHlsSounds(library, hls, onLevels)
  const facts = createHlsFacts(library, hls)
  hls.loadSource(hlsUrl)
  hls.attachMedia(options.isFinal ? video : { media: video, overrides: growth.overrides })

  const levels = () => hls.levels.map(toLevel).toSorted(sharpestFirst)
  // Only on the viewer's choice: set at the start, it makes hls.js begin at the top level.
  function pick(id?: string) {
    const place = hls.levels.findIndex(({ uri }) => toKey(uri) === id)
    const lastSegment = hls.levels[hls.currentLevel]?.details?.fragments.at(-1)
    const isInLast = lastSegment !== undefined && video.currentTime >= lastSegment.start
    // `nextLevel` waits for the next segment, and short films have none: those are fetched anew.
    if (isInLast && place >= 0) hls.currentLevel = place
    else hls.nextLevel = place
  }
  const find = (place: number) => (hls.levels[place] ? toLevel(hls.levels[place]) : undefined)
  return {
    levels,
    level: () => find(hls.currentLevel),
    picked: () => find(hls.manualLevel),
    pick,
    ...sounds,
    facts,
    framesPerSecond: () => hls.levels[hls.currentLevel]?.frameRate || 30,
    isPreparing: () => join.isHeld() || growth.isWaiting(),
    expectPlay() {
      isPlayExpected = true
      fill()
    },
    destroy() {
      prefs.setBitsPerSecond(hls.bandwidthEstimate)
      join.destroy()
      growth.destroy()
      recovery.destroy()
      cmcd.stop()
      hls.destroy()
    },
  }
}

/** Before the first segment is asked for. */
function chooseStart(hls: HlsType, choose: Choose) {
  const firstUri = hls.levels[hls.firstLevel]?.uri
  const isFirst = ({ uri }: HlsLevel) => Number(uri === firstUri)
  joinGroups(hls)
  const byPlace = hls.levels.toSorted((a, b) => isFirst(b) - isFirst(a))
  const listed = byPlace.map((level) => ({ ...toRendition(level), level }))
  const parts = choose(planStart(listed))
  const kept = new Set(parts.map(({ level }) => level))
  for (const level of byPlace) if (!kept.has(level)) hls.removeLevel(hls.levels.indexOf(level))
  evenOut(hls.levels)
  const bitrates = hls.levels.map(({ bitrate }) => bitrate)
  hls.startLevel = Math.min(planFirstLevel(bitrates, prefs.bitsPerSecond()), hls.maxAutoLevel)
}

function toLevel({ uri, width, height, frameRate, bitrate }: HlsLevel): Level {
  const shortSidePx = Math.min(width, height)
  const rate = frameRate >= 48 ? Math.round(frameRate) : ''
  const label = shortSidePx > 0 ? `${shortSidePx}p${rate}` : `${Math.round(bitrate / 1000)} kbit/s`
  return {
    id: toKey(uri),
    label,
    heightPx: height,
    bitsPerSecond: bitrate,
    isOriginal: isOriginalUrl(uri),
  }
}

const sharpestFirst = (a: Level, b: Level) =>
  b.heightPx - a.heightPx || Number(b.isOriginal) - Number(a.isOriginal)
