import { expect } from 'vitest'
import { countHanded, follow, isOver, play } from './fault-play.ts'
import {
  countRows,
  deleteVideo,
  expectNothingLeft,
  expectReadyOnce,
  type Failing,
  failEveryCall,
  insist,
  liveTasks,
  type Mode,
  owner,
  passMinute,
  player,
  signInAgain,
  world,
} from './fault-run.ts'
import { compareStored } from './stored.ts'
import { call } from './transcoder.ts'

const chunkCount = 2
const names = ['360p', '720p', 'audio']

/**
 * A film that many tasks make, one rendition of which is made again, then the sweep and its removal.
 * A life is cut where everything waits for a transcoder: in each part every call fails once, while
 * the film goes on. Films whose removal has no call left to fail are removed together in the end.
 */
export async function failSplitFilm(mode: Mode): Promise<string[]> {
  await signInAgain() // the clock of this world may be days ahead
  const model = await failUpload()
  const left = { sweep: true, removal: true }
  const kept: string[] = []
  const fired = await failEveryCall(mode, async (_, failing) => {
    const videoId = await insertCopy(model)
    await make(videoId, failing)
    await expectWhole(videoId)
    await remake(videoId, failing)
    await expectWhole(videoId)
    kept.push(videoId)
    if (left.sweep) {
      world.tick(25 * 3600_000)
      left.sweep = await failing(sweep)
      await sweep()
      expect(await compareStored(world, videoId)).toEqual({ names, missing: [], extra: [] })
      await signInAgain()
    }
    if (left.removal) {
      kept.pop()
      const isDeletionLeft = await failing(() => deleteVideo(videoId))
      expect(await countRows(liveTasks, videoId)).toBe(0)
      const isLookLeft = await failing(() => expectNothingLeft(videoId))
      left.removal = isDeletionLeft || isLookLeft
    }
  })
  await endTogether(kept)
  return fired
}

async function make(videoId: string, failing: Failing): Promise<void> {
  const film = follow(videoId, chunkCount)
  const done = `select count(*) as n from tasks where video_id = ? and kind = 'chunk'
    and state = 'done'`
  const countDone = async () => (await countRows(done, videoId)) ?? 0
  await failing(async () => {
    await insist(() => world.as(owner).post(`/api/v1/videos/${videoId}/retry`))
    await play(film, () => countHanded(film, 'encode') > 0)
  })
  await failing(() => play(film, () => countHanded(film, 'chunk') > 0))
  for (let n = 1; n < chunkCount; n++) {
    await failing(() =>
      play(film, async () => (await countDone()) >= n && countHanded(film, 'chunk') > n),
    )
  }
  await failing(() => play(film, async () => (await countDone()) === chunkCount))
  film.isLeadHeld = false
  await failing(() => play(film, () => countHanded(film, 'pictures') > 0))
  await failing(() => play(film, () => isOver(videoId)))
}

/** Its lead is done before its chunk. */
async function remake(videoId: string, failing: Failing): Promise<void> {
  const film = { ...follow(videoId, 1), isLeadHeld: false }
  await failing(async () => {
    const path = `/api/v1/videos/${videoId}/renditions/360p/remake`
    await insist(() => world.as(owner).post(path))
    await play(film, () => countHanded(film, 'encode') > 0)
  })
  await failing(() => play(film, () => countHanded(film, 'chunk') > 0))
  await failing(() => play(film, () => isOver(videoId)))
}

const sweep = () => world.cron('*/15 * * * *')

async function expectWhole(videoId: string): Promise<void> {
  await expectReadyOnce(videoId)
  expect(await compareStored(world, videoId)).toMatchObject({ names, missing: [] })
}

async function endTogether(videoIds: string[]): Promise<void> {
  world.tick(25 * 3600_000)
  const unswept = 'select count(*) as n from tasks where swept_at is null and video_id = ?'
  for (const videoId of videoIds) while ((await countRows(unswept, videoId)) !== 0) await sweep()
  await signInAgain()
  for (const videoId of videoIds) {
    const { missing, extra } = await compareStored(world, videoId)
    expect([...missing, ...extra]).toEqual([])
    await world.as(owner).delete(`/api/v1/videos/${videoId}`)
  }
  await passMinute()
  for (const prefix of videoIds.flatMap((id) => [`v/${id}/`, `s/${id}/`])) {
    expect((await world.bucket.list({ prefix })).objects).toEqual([])
  }
}

/** The video that all others are copies of. */
async function failUpload(): Promise<string> {
  const { videoId } = await world.upload(owner, new Uint8Array(1000).fill(7))
  await call.fail(await player.nthSpec(1), 'damaged', false)
  await call.fail(await player.nthOpening(1), 'damaged', false)
  return videoId
}

/** A failed video like that one, without the way through an upload: that is failed elsewhere. */
async function insertCopy(model: string): Promise<string> {
  const videoId = world.id('video')
  const select = world.db.prepare('select * from videos where id = ?').bind(model)
  const row = { ...(await select.first()), id: videoId, source_key: `s/${videoId}/file` }
  const places = Object.keys(row).map(() => '?')
  await world.db
    .prepare(`insert into videos (${Object.keys(row).join()}) values (${places.join()})`)
    .bind(...Object.values(row))
    .run()
  await world.bucket.put(`s/${videoId}/file`, 'a film')
  return videoId
}
