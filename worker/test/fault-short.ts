import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import { ffmpeg } from '../../scripts/lib/clip.ts'
import { putPart } from '../../scripts/lib/upload.ts'
import {
  countRows,
  deleteVideo,
  expectNothingLeft,
  expectReadyOnce,
  failEveryCall,
  insist,
  liveTasks,
  type Mode,
  owner,
  passMinute,
  player,
  read,
  world,
} from './fault-run.ts'
import { call, storeOutputs } from './transcoder.ts'

/** A short film from its upload to its removal, every call of it failing once. */
export async function failShortFilm(mode: Mode): Promise<string[]> {
  const file = await makeFilm()
  return failEveryCall(mode, (key, failing) =>
    failing(async () => {
      const videoId = await upload(key, file)
      await encode(videoId)
      await expectOnePublication(videoId)
      await deleteVideo(videoId)
      await expectNothingLeft(videoId)
    }),
  )
}

/** Its picture plays as it is and its sound does not, so every step of a film's life is taken. */
async function makeFilm(): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lantern-film-'))
  const clip = path.join(folder, 'film.mp4')
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=10:duration=2'],
    ...['-f', 'lavfi', '-i', 'sine=duration=2', '-c:v', 'libx264', '-pix_fmt', 'yuv420p'],
    ...['-c:a', 'ac3', clip],
  ])
  const bytes = new Uint8Array(await readFile(clip))
  await rm(folder, { recursive: true })
  return bytes
}

async function upload(key: string, file: Uint8Array): Promise<string> {
  const as = world.as(owner)
  const body = { fileName: 'tide.mp4', sizeBytes: file.byteLength, visibility: 'public' }
  const path = `/api/v1/workspaces/${owner.workspaceId}/uploads`
  const created = await insist(() => as.post(path, body, { 'idempotency-key': key }))
  const { upload: row, video } = created.body
  const own = `/api/v1/uploads/${row.id}`
  const signed = await insist(() => as.post(`${own}/parts`, { partNumbers: [1] }))
  const etag = await putPart(signed.body.parts[0].url, file)
  await insist(() => as.put(`${own}/parts/1`, { etag, sizeBytes: file.byteLength }))
  const done = await insist(() => as.post(`${own}/complete`))
  expect(done.status, JSON.stringify(done.body)).toBe(200)
  return video.id
}

/** Plays the transcoder until no task is left; every attempt that is handed over works. */
async function encode(videoId: string): Promise<void> {
  const worked = new Set<string>()
  for (let minute = 0; minute < 30; minute++) {
    const handedOver = [...player.openings, ...player.specs]
    for (const spec of handedOver.filter((one) => one.videoId === videoId)) {
      if (worked.has(spec.leaseId)) continue
      worked.add(spec.leaseId)
      await work(spec)
    }
    const { status, failure } = (await insist(() => read(videoId))).body
    const isAtWork = (await countRows(liveTasks, videoId)) !== 0
    if (status === 'ready' && !isAtWork) return
    expect(['processing', 'ready'], JSON.stringify(failure)).toContain(status)
    await passMinute()
  }
  throw new Error('the video never became ready, or a task never ended')
}

async function work(spec: TaskSpec): Promise<void> {
  await insist(() => call.heartbeat(spec, { seq: 1, percent: 50 }))
  const report = await storeOutputs(world, spec)
  const renditions = report.renditions.map((rendition) => ({ isComplete: false, rendition }))
  if (spec.kind === 'opening') {
    await insist(() => call.publish(spec, { media: report.media, renditions }))
  }
  await insist(() => call.complete(spec, report))
}

async function expectOnePublication(videoId: string): Promise<void> {
  const made = `select kind from encodes join tasks on tasks.id = encodes.task_id
    where encodes.video_id = ? order by kind`
  const { results } = await world.db.prepare(made).bind(videoId).all()
  // One that was late is not begun any more once the ladder is whole.
  const opening = results.length > 1 ? [{ kind: 'opening' }] : []
  expect(results).toEqual([{ kind: 'encode' }, ...opening])
  await expectReadyOnce(videoId)
}
