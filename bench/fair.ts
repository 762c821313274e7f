/**
 * Does a neighbour's short clip become ready soon while somebody's film keeps the fleet busy?
 * `node bench/fair.ts [film]` (1 MB that is six minutes of 4K60). A clip of
 * 10 s from the end of its upload to ready, three times in quiet and three times while chunks of
 * that film are made, the medians of both. Exits with 1 above 3 × the quiet time. The film is
 * deleted then, not waited for. Needs an otherwise idle machine.
 */
import path from 'node:path'
import { makeTestClip } from '../scripts/lib/clip.ts'
import { type Client, createClient, expectStatus } from '../scripts/lib/client.ts'
import { confirmAddress } from '../scripts/lib/confirm.ts'
import { uploadFile } from '../scripts/lib/upload.ts'
import { until } from '../worker/test/process.ts'
import { registerUser } from '../worker/test/user.ts'
import { startLantern } from './lib/lantern.ts'
import { sendParts } from './lib/upload.ts'

const maxRatio = 3
const runs = 3
const shared = path.join('..', '..', 'shared', 'media', '29-bomb-4k60-363s-1MB.mp4')
const film = process.argv[2] ?? path.resolve(import.meta.dirname, shared)

const log: string[] = []
const onLine = (line: string) => void (log.push(line) > 2000 && log.shift())
const lantern = await startLantern({ hasTranscoder: true, onLine })
const db = await lantern.edge.mf.getD1Database('DB', 'lantern')

async function signUp(count: number) {
  const user = await registerUser(createClient(lantern.url, {}), count, {})
  await confirmAddress(lantern.edge.mf, user.email)
  const client = createClient(lantern.url, { authorization: `Bearer ${user.accessToken}` })
  return { user, client }
}

async function isReady(client: Client, videoId: string): Promise<true | undefined> {
  const { status, failure } = expectStatus(
    await client.get(`/api/v1/videos/${videoId}`),
    200,
    'read',
  )
  if (status === 'failed') throw new Error(`failed: ${JSON.stringify(failure)}`)
  return status === 'ready' ? true : undefined
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Seconds from the end of the upload to ready, each time. */
async function measure(neighbour: Awaited<ReturnType<typeof signUp>>, clip: string, times: number) {
  const seconds: number[] = []
  for (let run = 0; run < times; run++) {
    const { videoId, complete } = await sendParts(neighbour, clip, 'ends')
    const startedAt = performance.now()
    await complete()
    await until('the clip is ready', 600_000, () => isReady(neighbour.client, videoId))
    seconds.push((performance.now() - startedAt) / 1000)
  }
  return seconds
}

const countChunks = async (videoId: string, state: string) => {
  const query = `select count(*) as n from tasks where video_id = ? and kind = 'chunk' and state = ?`
  return (await db.prepare(query).bind(videoId, state).first<number>('n')) ?? 0
}

const show = (name: string, seconds: number[]) => {
  const all = seconds.map((one) => one.toFixed(1)).join(', ')
  console.log(`${name.padEnd(8)} ${median(seconds).toFixed(1)} s (${all})`)
}

try {
  const clip = path.join(lantern.dir, 'clip.mp4')
  await makeTestClip(clip, { seconds: 10, size: '1280x720' })
  const neighbour = await signUp(2)
  await measure(neighbour, clip, 1) // warms caches and compilers
  const quiet = await measure(neighbour, clip, runs)
  show('quiet', quiet)

  const { client, user } = await signUp(3)
  const uploadedAt = performance.now()
  const { videoId } = await uploadFile(client, user.workspaceId, film)
  const isChunkRunning = async () =>
    (await countChunks(videoId, 'running')) > 0 ? true : undefined
  await until('a chunk of the film is made', 900_000, isChunkRunning)
  const waited = ((performance.now() - uploadedAt) / 1000).toFixed(0)
  console.log(`film     its chunks are made ${waited} s after its upload`)

  const loaded = await measure(neighbour, clip, runs)
  const isStillBusy = (await isChunkRunning()) ?? false
  show('loaded', loaded)
  const done = await countChunks(videoId, 'done')
  console.log(`film     ${done} chunks done; ${isStillBusy ? 'busy all the time' : 'NOT BUSY'}`)
  await client.delete(`/api/v1/videos/${videoId}`)

  const ratio = median(loaded) / median(quiet)
  const isHeld = ratio <= maxRatio && isStillBusy
  console.log(`ratio    ${ratio.toFixed(2)}, at most ${maxRatio}: ${isHeld ? 'held' : 'NOT HELD'}`)
  process.exitCode = isHeld ? 0 : 1
} catch (error) {
  console.error(log.slice(-30).join('\n'))
  throw error
} finally {
  await lantern.stop()
}
