import type HlsType from 'hls.js'
import type { Level } from 'hls.js'
import type { PictureCodec } from '#contracts/ladder.ts'
import type { Library } from './engine.ts'
import type { Failure } from './failure.ts'
import { canReplaceLevels, evenOut, isQuiet, levelsInUse, replaceLevels } from './hls-levels.ts'
import { isFirstOfKey, toRendition, upwards } from './level-order.ts'
import { type Choose, isFinalMaster, planJoin, type Rendition, toKey } from './rendition.ts'
import type { TokenKeeper } from './token.ts'

const FIRST_WAIT_MS = 4000
const LONGEST_WAIT_MS = 15_000
const GROWTH = 1.3

interface JoinOptions {
  library: Library
  hls: HlsType
  /** Best first; see `preferCodec`. */
  codecs: PictureCodec[]
  choose: Choose
  hlsUrl: string
  token: TokenKeeper
  isFinal: boolean
  onLevels: () => void
  /** From here on nothing joins any more. */
  onFinal: () => void
  onFail: (failure: Failure) => void
  /** What is listed cannot join what plays: the film has to be loaded anew, at its place. */
  onReload: () => void
}

export type Join = ReturnType<typeof createJoin>

type Listed = Rendition & { level: Level }

/**
 * Reads the master playlist again while renditions may still join, and lets them join what plays.
 * Asks every 4 s at first, then more rarely until something changes; not at all in a hidden page.
 */
export function createJoin(options: JoinOptions) {
  const { library, hls, codecs, hlsUrl, token, onLevels, onReload } = options
  const abort = new AbortController()
  const { signal } = abort
  let isOpen = !options.isFinal
  let isHeld = false
  let listed: Listed[] | undefined

  async function run() {
    let waitMs = FIRST_WAIT_MS
    let seen = ''
    while (isOpen) {
      await pause(waitMs, signal)
      await untilVisible(signal)
      if (signal.aborted) return
      const text = await read().catch(() => undefined)
      const isNews = text !== undefined && text !== seen
      waitMs = isNews ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, waitMs * GROWTH)
      if (!isNews || signal.aborted) continue
      seen = text
      isOpen = !isFinalMaster(text)
      if (!isOpen) options.onFinal()
      listed = parse(text)
      apply()
    }
  }
  async function read() {
    const response = await fetch(await token.fresh(hlsUrl), { signal, cache: 'no-store' })
    if (!response.ok) throw new Error(`Master playlist: ${response.status}`)
    return response.text()
  }
  function parse(text: string): Listed[] {
    const { href } = new URL(hlsUrl, location.href)
    const { levels } = library.M3U8Parser.parseMasterPlaylist(text, href)
    const groups = hls.levels[0]?.audioGroups ?? []
    const [audioGroup] = groups
    const playable = levels
      .filter(({ attrs }) => canPlay(library, attrs.CODECS))
      .map((parsed) => {
        // The sound that plays stays: its group gets the new pictures too.
        if (audioGroup) parsed.attrs.AUDIO = audioGroup
        else delete (parsed.attrs as { AUDIO?: string }).AUDIO
        const level = new library.Level(parsed)
        for (const group of groups) level.addGroupId('audio', group)
        return { ...toRendition(level), level }
      })
    return options.choose(playable).filter(isFirstOfKey)
  }
  /** Again with each event that may have made the moment a quiet one, or a level unused. */
  function apply() {
    if (!listed || signal.aborted) return
    if (isHeld) return goOn(listed)
    if (hls.levels.length === 0) return
    const inUse = new Set([...levelsInUse(hls)].map(({ uri }) => toKey(uri)))
    const { joins, leaves } = planJoin(hls.levels.map(toRendition), listed, inUse)
    if (joins.length === 0 && leaves.length === 0) return
    if (!canReplaceLevels(hls)) return onReload()
    if (!isQuiet(hls)) return
    const staying = hls.levels.filter(({ uri }) => !leaves.includes(toKey(uri)))
    const levels = [...staying, ...joins.map(({ level }) => level)].toSorted(upwards(codecs))
    evenOut(levels)
    replaceLevels(library.default, hls, levels)
    onLevels()
  }

  function goOn({ length }: Listed[]) {
    if (length > 0) onReload()
    else if (!isOpen) options.onFail({ kind: 'media' })
  }

  const { Events } = library
  for (const event of [Events.FRAG_BUFFERED, Events.LEVEL_LOADED, Events.LEVEL_SWITCHED] as const) {
    hls.on(event, apply)
  }
  void run()
  return {
    isOpen: () => isOpen,
    /** Nothing listed can be played here: waits for something that can. False: nothing will come. */
    hold: () => (isHeld = isOpen),
    isHeld: () => isHeld,
    destroy: () => abort.abort(),
  }
}

function canPlay({ default: Hls }: Library, codecs: string | undefined): boolean {
  return !codecs || Hls.getMediaSource()?.isTypeSupported(`video/mp4; codecs="${codecs}"`) === true
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done, { once: true })
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

function untilVisible(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const look = () => (!document.hidden || signal.aborted) && resolve()
  document.addEventListener('visibilitychange', look, { signal })
  signal.addEventListener('abort', look, { once: true })
  look()
  return promise
}
