import { mkdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { maxAttempts } from '#contracts/task.ts'
import type { Choices, TaskReport, TaskSpec } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import type { Log } from '../log.ts'
import { listOutputs, planEncode, planRungs, toEncodeCommand } from '../plan/encode.ts'
import type { EncodePlan } from '../plan/encode.ts'
import type { VideoPlan } from '../plan/ladder.ts'
import { explainRun } from '../plan/explain.ts'
import type { Source } from '../plan/source.ts'
import { TitleChoice, chooseLadder } from '../plan/title.ts'
import type { Pulse } from '../pulse.ts'
import { checkOutputs } from '../run/check.ts'
import { runFfmpeg } from '../run/ffmpeg.ts'
import type { FfmpegRun } from '../run/ffmpeg.ts'
import type { Made } from '../run/measure.ts'
import type { Reporter } from '../run/report.ts'
import type { Limits } from '../run/sandbox.ts'
import { surveyContent } from '../run/survey.ts'
import { getMachine } from '../run/wall.ts'
import type { Scratch } from '../run/scratch.ts'
import type { Storage } from '../run/storage.ts'
import { probeReadable } from './readable.ts'

/** What every step of an attempt may use. */
export interface Attempt {
  spec: TaskSpec
  log: Log
  pulse: Pulse
  reporter: Reporter
  storage: Storage
  scratch: Scratch
  signal: AbortSignal
}

/** From a task to its report. Throws `TaskError` or the signal's reason. */
export type Recipe = (attempt: Attempt) => Promise<TaskReport>

/** A source that lies here, and what will be made of it. */
export interface Planned {
  sourcePath: string
  source: Source
  /** Tracks were left out: in storage lies another file. */
  isNarrowed: boolean
  plan: EncodePlan
  /** What was chosen for this film, so that a rendition made again fits. */
  choices: Choices | null
}

const maxFileBytes = 4e9
/** Threads take address space, and there are as many as cores. */
const memoryBytes = 4e9 + 1e9 * availableParallelism()
/** What four rungs of HEVC, or of AV1, from 2160p down ask for; they fill half of it. */
const codecMemoryBytes = 6e9

function addressSpaceOf({ codecs, split }: TaskSpec): number {
  const made = new Set([...codecs, ...(split?.videos ?? []).map(({ codec }) => codec)])
  const others = [...made].filter((codec) => codec !== 'h264')
  return memoryBytes + codecMemoryBytes * others.length
}

/** Somebody waits for an opening, and sooner for a clip than for a long film. */
const niceness = { opening: 0, short: 5, long: 15 }

export const limitsOf = ({ spec, scratch }: Pick<Attempt, 'spec' | 'scratch'>): Limits => ({
  folder: scratch.dir,
  addressSpaceBytes: addressSpaceOf(spec),
  cpuSeconds: spec.deadlines.hardSeconds * availableParallelism(),
  fileBytes: maxFileBytes,
  niceness: niceness[spec.lane],
})

/** What a container says of each picture beside its bytes, of the worst one. */
const copyShare = 1.25
const copyRoomBytes = 64e6

/** A copy is as large as its source, however large that is. */
export const copyLimitsOf = (attempt: Pick<Attempt, 'spec' | 'scratch'>): Limits => ({
  ...limitsOf(attempt),
  fileBytes: Math.ceil(attempt.spec.input.sizeBytes * copyShare + copyRoomBytes),
})

/** A film is worth more than what comes with it: at last it does without. */
export const isLastAttempt = ({ spec }: Pick<Attempt, 'spec'>): boolean =>
  spec.attempt >= maxAttempts

export async function fetchAndPlan(attempt: Attempt): Promise<Planned> {
  const { spec, log, pulse, storage, scratch } = attempt
  const sourcePath = scratch.path('source')
  const startedAt = performance.now()
  await storage.fetchSource(sourcePath, (bytes) =>
    pulse.move('fetch', bytes / Math.max(1, spec.input.sizeBytes)),
  )
  log.info('fetched', { tookMs: Math.round(performance.now() - startedAt) })

  pulse.move('probe', 0)
  const { source, isNarrowed } = await probeReadable(attempt, sourcePath)
  const { codecs } = await getMachine()
  const missing = spec.codecs.filter((codec) => !codecs.includes(codec))
  if (missing.length) log.warn('this ffmpeg lacks encoders', { missing })
  const wanted = spec.codecs.filter((codec) => codecs.includes(codec))
  const rungs = await chooseRungs(attempt, sourcePath, source)
  const plan = planOnly(planEncode(source, { ...spec, codecs: wanted }, rungs), spec.only)
  log.info('planned', { source, videos: plan.videos, audios: plan.audios })
  pulse.plan(
    listOutputs(plan).map((output) => ({
      name: output.name,
      kind: output.kind,
      widthPx: output.kind === 'video' ? output.widthPx : null,
      heightPx: output.kind === 'video' ? output.heightPx : null,
      ...(output.kind === 'audio' && { language: output.language, channels: output.channels }),
    })),
  )
  const choices: TitleChoice | null = rungs.length ? { rungs } : null
  return { sourcePath, source, isNarrowed, plan, choices }
}

/** The rungs of the ladder that this film gets; those of its other renditions where some are there. */
async function chooseRungs(
  attempt: Attempt,
  sourcePath: string,
  source: Source,
): Promise<VideoPlan[]> {
  const { spec, log, signal } = attempt
  const candidates = planRungs(source, spec)
  const known = TitleChoice.safeParse(spec.choices)
  if (known.success) return known.data.rungs
  if (spec.kind !== 'encode' || !spec.isPerTitle || spec.split || !candidates.length) {
    return candidates
  }
  const facts = await surveyContent(sourcePath, source, { signal, limits: limitsOf(attempt) })
  log.info('surveyed', { facts })
  return chooseLadder(candidates, facts)
}

/** Renditions by their names, where single ones are made again. */
function planOnly(plan: EncodePlan, only: TaskSpec['only']): EncodePlan {
  if (!only) return plan
  const isWanted = ({ name }: { name: string }) => only.includes(name)
  const [videos, audios] = [plan.videos.filter(isWanted), plan.audios.filter(isWanted)]
  if (videos.length || audios.length) return { ...plan, videos, audios }
  throw new TaskError('no_streams', `The film has no ${only.join(', ')}`)
}

/** A frame that takes longer never comes. */
export const stillMs = 600_000

/** The one process that makes everything, and what it made, checked. */
export async function encode(
  attempt: Attempt,
  { sourcePath, source, plan }: Planned,
  run: Partial<FfmpegRun> = {},
): Promise<{ made: Made[]; cpuSeconds: number }> {
  const { pulse, scratch, log, signal } = attempt
  const outDir = scratch.path('out')
  for (const { name } of listOutputs(plan))
    await mkdir(scratch.path('out', name), { recursive: true })

  pulse.move('encode', 0)
  const result = await runFfmpeg(toEncodeCommand(source, plan, { sourcePath, outDir }), {
    ...{ signal, stillMs, limits: limitsOf(attempt) },
    ...run,
    onProgress: (progress, pid) => {
      pulse.move('encode', (progress.outSeconds / plan.durationSeconds) * 0.98, progress.speed)
      run.onProgress?.(progress, pid)
    },
  })
  const { isOk, exitMessage, errorCount, cpuSeconds } = result
  log.info('ffmpeg ended', { isOk, exitMessage, errorCount, cpuSeconds })
  const trouble = explainRun(result)
  if (trouble) throw trouble
  try {
    return { made: await checkOutputs(plan, { outDir, signal }), cpuSeconds: cpuSeconds ?? 0 }
  } catch (error) {
    log.warn('outputs refused', { errorLines: result.errorLines, error: String(error) })
    throw error
  }
}

/** Store files of the output folder under their keys. */
export const storeOutputs = (
  { storage, scratch }: Attempt,
  keys: string[],
  onStored: () => void = () => {},
): Promise<void> =>
  storage.store(
    keys.map((key) => ({ key, path: scratch.path('out', key) })),
    onStored,
  )
