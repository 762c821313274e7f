import type HlsType from 'hls.js'
import type { Fragment, Level } from 'hls.js'

/**
 * The one file that reaches into hls.js. Written against 1.7.4, where a master playlist is read
 * once: its levels are a fixed list, and every part of the library keeps places in that list. What
 * is done here follows `LevelController.removeLevel` and `ContentSteeringController`, which change
 * the list in mid-play too; they leave the places in `FragmentTracker` as they were, this does not.
 */
interface Inside {
  levelController: {
    _levels: Level[]
    _firstLevel: number
    _startLevel: number | undefined
    currentLevelIndex: number
    manualLevelIndex: number
  }
  streamController: {
    level: number
    fragmentTracker: { fragments: Record<string, { body: Fragment }> }
    synchronizeToLiveEdge: () => void
    fragCurrent: Fragment | null
    fragPrevious: Fragment | null
    fragPlaying: Fragment | null
    backtrackFragment: Fragment | undefined
    transmuxer: { frag: Fragment | null } | null
  }
  audioStreamController?: { mainFragLoading: { frag: Fragment } | null }
  abrController: {
    lastLoadedFragLevel: number
    firstAutoFloor: number
    fragCurrent: Fragment | null
  }
  capLevelController?: { autoLevelCapping: number }
  networkControllers: { loaders?: { level?: unknown } }[]
}

const inside = (hls: HlsType) => hls as unknown as Inside

/** False where another hls.js is built otherwise: then its levels must be left alone. */
export function canReplaceLevels(hls: HlsType): boolean {
  const { levelController, streamController, abrController } = inside(hls)
  return (
    Array.isArray(levelController?._levels) &&
    typeof levelController.currentLevelIndex === 'number' &&
    typeof levelController.manualLevelIndex === 'number' &&
    typeof streamController?.level === 'number' &&
    typeof streamController.fragmentTracker?.fragments === 'object' &&
    typeof abrController?.lastLoadedFragLevel === 'number'
  )
}

/** Nothing is half-way that carries a level's place as a number: a playlist, or a parsed segment. */
export function isQuiet(hls: HlsType): boolean {
  const isParsing = hls.inFlightFragments.main.state.startsWith('PARS')
  const isReading = inside(hls).networkControllers.some((one) => one.loaders?.level !== undefined)
  return !isParsing && !isReading
}

/** The levels that load, are chosen, or of which pictures lie in the buffer. */
export function levelsInUse(hls: HlsType): Set<Level> {
  const { fragments } = inside(hls).streamController.fragmentTracker
  const buffered = Object.values(fragments).map(({ body }) => body)
  const places = buffered.filter(isPicture).map((fragment) => fragment.level)
  const used = [...places, hls.loadLevel, hls.nextLoadLevel, hls.manualLevel, hls.currentLevel]
  return new Set(hls.levels.filter((_, place) => used.includes(place)))
}

/**
 * Gives hls.js another list of levels, sorted upwards; those that stay are the same objects. The
 * buffer, the playhead, the choice of the viewer and what is on its way stay as they are. Only while
 * `isQuiet`, and never without a level of `levelsInUse`.
 */
export function replaceLevels(Hls: typeof HlsType, hls: HlsType, levels: Level[]): void {
  const { levelController, streamController, abrController, capLevelController } = inside(hls)
  const before = hls.levels
  const move = (place: number) => levels.indexOf(before[place] as Level)
  const streamLevel = move(streamController.level)

  for (const fragment of findFragments(hls)) fragment.level = move(fragment.level)
  const { fragmentTracker } = streamController
  const tracked = Object.values(fragmentTracker.fragments)
  fragmentTracker.fragments = Object.assign(
    Object.create(null) as object,
    Object.fromEntries(tracked.map((entity) => [toTrackerKey(entity.body), entity])),
  )
  levelController._levels = levels
  levelController._firstLevel = Math.max(0, move(levelController._firstLevel))
  levelController.currentLevelIndex = move(levelController.currentLevelIndex)
  levelController.manualLevelIndex = move(levelController.manualLevelIndex)
  if ((levelController._startLevel ?? -1) >= 0) {
    levelController._startLevel = move(levelController._startLevel ?? -1)
  }
  abrController.lastLoadedFragLevel = move(abrController.lastLoadedFragLevel)
  abrController.firstAutoFloor = move(abrController.firstAutoFloor)
  // A cap that grows flushes what lies ahead; here only its place in the list has changed.
  if (capLevelController) capLevelController.autoLevelCapping = Number.POSITIVE_INFINITY
  hls.trigger(Hls.Events.LEVELS_UPDATED, { levels })
  streamController.level = streamLevel
}

const isPicture = (fragment: Fragment) => (fragment.type as string) === 'main'

/** As `getFragmentKey` in fragment-tracker.ts has it. */
const toTrackerKey = ({ type, level, sn }: Fragment) => `${type}_${level}_${sn}`

/** Each fragment once, and with it the initialisation that it shares with others. */
function findFragments(hls: HlsType): Set<Fragment> {
  const { streamController, audioStreamController, abrController } = inside(hls)
  const found = [
    ...hls.levels.flatMap((level): Fragment[] => level.details?.fragments ?? []),
    ...Object.values(streamController.fragmentTracker.fragments).map(({ body }) => body),
    streamController.fragCurrent,
    streamController.fragPrevious,
    streamController.fragPlaying,
    streamController.backtrackFragment,
    streamController.transmuxer?.frag,
    audioStreamController?.mainFragLoading?.frag,
    abrController.fragCurrent,
  ].filter((fragment) => fragment !== null && fragment !== undefined)
  const pictures = found.filter(isPicture)
  return new Set(pictures.flatMap((one) => (one.initSegment ? [one, one.initSegment] : [one])))
}

/**
 * A film that grows is read like a broadcast, but nobody wants to be taken to its newest moment:
 * hls.js does that to a playhead that stands behind the end of what is there.
 */
export function stayInPlace(hls: HlsType): void {
  inside(hls).streamController.synchronizeToLiveEdge = () => undefined
}

/**
 * ABR goes only between levels of one codec set, and not down to one of more frames a second. Here
 * all show the same film, and browsers change codecs in mid-play, so that both are made even.
 */
export function evenOut(levels: Level[]): void {
  const [first] = levels
  if (!first) return
  for (const level of levels) {
    const isSameRate = !level.frameRate || Math.abs(level.frameRate / first.frameRate - 1) < 0.1
    Object.assign(level, {
      codecSet: first.codecSet,
      frameRate: isSameRate ? first.frameRate : level.frameRate,
    })
  }
}
