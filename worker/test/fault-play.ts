import { expect } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import type { Reply } from '../../scripts/lib/client.ts'
import { countRows, insist, liveTasks, passMinute, player, world } from './fault-run.ts'
import { splitOf, storePart } from './long-film.ts'
import { call } from './transcoder.ts'

/** Transcoders ask again for minutes; an attempt that is not theirs any more they leave. */
async function report(act: () => Promise<Reply>): Promise<void> {
  const reply = await insist(act, 1000)
  expect([200, 409], JSON.stringify(reply.body)).toContain(reply.status)
}

/** What the transcoders have of a film. */
export interface Film {
  videoId: string
  chunkCount: number
  /** Its lead is at work until all else is done. */
  isLeadHeld: boolean
  held: TaskSpec[]
  worked: Set<string>
  /** What was handed over before is not of this making. */
  before: Set<TaskSpec>
}

export const follow = (videoId: string, chunkCount: number): Film => ({
  ...{ videoId, chunkCount, isLeadHeld: true, held: [], worked: new Set() },
  before: new Set(listHanded()),
})

const listHanded = () => [...player.specs, ...player.parts]

/** Tasks of a kind that were handed over. */
export function countHanded({ videoId, before }: Film, kind: TaskSpec['kind']): number {
  const handed = listHanded().filter(
    (spec) => spec.videoId === videoId && spec.kind === kind && !before.has(spec),
  )
  return new Set(handed.map(({ taskId }) => taskId)).size
}

/** Works on what is handed over, until the film has come so far. */
export async function play(film: Film, isReached: () => boolean | Promise<boolean>): Promise<void> {
  for (let minute = 0; minute < 30;) {
    if (await isReached()) return
    const { videoId, worked, held } = film
    const spec =
      (film.isLeadHeld ? undefined : held.shift()) ??
      listHanded().find((one) => one.videoId === videoId && !worked.has(one.leaseId))
    if (spec) await work(film, spec)
    else if (!(await isNextHandedOver(film))) {
      for (const lead of held) await report(() => call.heartbeat(lead, { seq: 2, percent: 60 }))
      await passMinute()
      minute++
    }
  }
  throw new Error('the video never became ready, or a task never ended')
}

async function work(film: Film, spec: TaskSpec): Promise<void> {
  if (!film.worked.has(spec.leaseId)) {
    film.worked.add(spec.leaseId)
    await report(() => call.heartbeat(spec, { seq: 1, percent: 50 }))
    if (spec.kind === 'encode' && !spec.split) {
      await report(() => call.split(spec, splitOf(spec, film.chunkCount)))
    }
  }
  if (spec.kind === 'encode' && film.isLeadHeld) film.held.push(spec)
  else await end(spec)
}

async function end(spec: TaskSpec): Promise<void> {
  const outputs = await storePart(world, spec)
  await report(() => call.complete(spec, outputs))
}

/** The film is ready, and nothing is made of it any more. */
export async function isOver(videoId: string): Promise<boolean> {
  const find = world.db.prepare('select status, failure_code from videos where id = ?')
  const video = await find.bind(videoId).first()
  expect(['processing', 'ready'], JSON.stringify(video)).toContain(video?.['status'])
  return video?.['status'] === 'ready' && (await countRows(liveTasks, videoId)) === 0
}

const patienceMs = 150

/** Queues deliver within moments; what they do not the crons find. */
async function isNextHandedOver({ videoId, held }: Film): Promise<boolean> {
  if ((await countRows(liveTasks, videoId)) === held.length) return false
  let timer: NodeJS.Timeout | undefined
  const next = [player.nthSpec(player.specs.length + 1), player.nthPart(player.parts.length + 1)]
  const isThere = await Promise.race([
    ...next.map((spec) => spec.then(() => true)),
    new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patienceMs)
    }),
  ])
  clearTimeout(timer)
  return isThere
}
