import type { Heartbeat, Phase, PlannedRendition, TaskSpec } from '#contracts/task.ts'
import { Stopped } from './failure.ts'
import type { Log } from './log.ts'
import type { Reporter } from './run/report.ts'

/** Where the phases lie in the percent of the whole. */
const share: Record<Phase, [from: number, to: number]> = {
  fetch: [0, 6],
  probe: [6, 8],
  encode: [8, 94],
  store: [94, 100],
}

const livelyMs = 1000

export interface PulseState {
  phase: Phase
  percent: number
  speed: number | null
  lastBeatAt: number | null
}

export interface Pulse {
  state: () => PulseState
  /** `done` is 0 to 1 within the phase. The percent never falls. */
  move: (phase: Phase, done: number, speed?: number | null) => void
  /** Name what will be made, as soon as it is planned. */
  plan: (renditions: Omit<PlannedRendition, 'percent'>[]) => void
  /** From now on the report speaks for the task; beats only keep the lease. */
  conclude: () => void
  end: () => void
}

interface PulseOptions {
  spec: TaskSpec
  reporter: Reporter
  log: Log
  /** Called once, when the task must not go on. */
  stop: (reason: Stopped) => void
}

/**
 * Beats at once, each `heartbeatSeconds`, and up to once a second while the percent moves. When
 * the Worker cannot be reached it beats on until the lease has run out, and then stops the task,
 * for by then another may hold it.
 */
export function startPulse({ spec, reporter, log, stop }: PulseOptions): Pulse {
  const { heartbeatSeconds, leaseSeconds } = spec.deadlines
  const ended = new AbortController()
  const state: PulseState = { phase: 'fetch', percent: 0, speed: null, lastBeatAt: null }
  let renditions: Omit<PlannedRendition, 'percent'>[] = []
  let encoded = 0
  let sequence = 0
  let shown = -1
  let failures = 0
  let startedAt = 0
  let leaseEnd = performance.now() + leaseSeconds * 1000
  let timer: NodeJS.Timeout | undefined
  let isBeating = false
  let isConcluding = false

  const body = (): Heartbeat => ({
    attempt: spec.attempt,
    leaseId: spec.leaseId,
    seq: sequence++,
    phase: state.phase,
    percent: state.percent,
    speed: state.speed,
    renditions: renditions.map((rendition) => ({ ...rendition, percent: encoded })),
  })

  const after = (ms: number) => {
    clearTimeout(timer)
    if (!ended.signal.aborted) timer = setTimeout(beat, Math.max(0, ms))
  }

  async function beat() {
    if (isBeating || ended.signal.aborted) return
    isBeating = true
    clearTimeout(timer)
    startedAt = performance.now()
    shown = state.percent
    try {
      await reporter.beat(body(), ended.signal)
      failures = 0
      leaseEnd = startedAt + leaseSeconds * 1000
      state.lastBeatAt = Date.now()
    } catch (error) {
      failures++
      note(error)
    }
    isBeating = false
    const calm = heartbeatSeconds * 1000
    after(failures ? Math.min(calm, livelyMs * 2 ** (failures - 1)) : calm)
    if (!failures && state.percent > shown) nudge()
  }

  function note(error: unknown) {
    if (ended.signal.aborted || isConcluding) return
    if (error instanceof Stopped) stop(error)
    else if (performance.now() > leaseEnd) stop(new Stopped('lease_lost'))
    else log.warn('heartbeat failed', { error: String(error), failures })
  }

  /** Sooner than the calm rhythm, for the percent has moved. */
  function nudge() {
    if (!isBeating && !failures) after(startedAt + livelyMs - performance.now())
  }

  void beat()
  return {
    state: () => ({ ...state }),
    move(phase, done, speed = null) {
      const [from, to] = share[phase]
      const inside = Math.min(1, Math.max(0, done))
      if (phase === 'encode') encoded = Math.max(encoded, Math.round(inside * 1000) / 10)
      if (phase === 'store') encoded = 100
      const isNewPhase = phase !== state.phase
      state.phase = phase
      state.speed = speed
      state.percent = Math.max(state.percent, Math.round((from + (to - from) * inside) * 10) / 10)
      if (isNewPhase || state.percent > shown) nudge()
    },
    plan(planned) {
      renditions = planned
      nudge()
    },
    conclude() {
      isConcluding = true
    },
    end() {
      clearTimeout(timer)
      ended.abort()
    },
  }
}
