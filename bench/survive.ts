/**
 * Kills the transcoder while films are made, and delivers messages twice and out of order:
 * `node bench/survive.ts [rounds] [deliveries]` (20 and 200). Each round uploads five films, two of
 * them made in chunks, and kills at a random instant. In the end each film must be ready, published
 * once, play to its end, and storage must hold what films show and nothing else. Exits with 1
 * otherwise.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { uploadFile } from '../scripts/lib/upload.ts'
import { listShown } from './lib/shown.ts'
import { startLantern } from './lib/lantern.ts'

const exec = promisify(execFile)
const rounds = Number(process.argv[2] ?? 20)
const deliveries = Number(process.argv[3] ?? 200)
const seed = Number(process.argv[4] ?? 1)

/** Repeats itself: a run that failed can be looked at again. Mulberry32. */
let state = seed
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const dir = await mkdtemp(path.join(tmpdir(), 'lantern-survive-'))
const tone = ['-f', 'lavfi', '-i', 'sine=r=48000']
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p']

async function makeFilm(name: string, seconds: number, options: string[]): Promise<string> {
  const file = path.join(dir, name)
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=320x180:r=30`]
  await exec('ffmpeg', ['-v', 'error', ...picture, ...tone, ...options, '-t', `${seconds}`, file])
  return file
}

const films = [
  await makeFilm('short.mp4', 4, [...x264, '-c:a', 'aac']),
  await makeFilm('long.mp4', 26, [...x264, '-g', '45', '-c:a', 'aac']),
  await makeFilm('long.mkv', 20, [...x264, '-g', '30', '-c:a', 'libopus']),
  await makeFilm('old.avi', 4, ['-c:v', 'mpeg4', '-q:v', '6', '-c:a', 'libmp3lame']),
  await makeFilm('hevc.mp4', 4, [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'log-level=1',
    '-tag:v',
    'hvc1',
    '-c:a',
    'aac',
  ]),
]

const log: string[] = []
const lantern = await startLantern({
  hasTranscoder: true,
  hasClock: true,
  env: { LONG_SECONDS: '0.1' },
  onLine: (line) => void (log.push(line) > 5000 && log.shift()),
})
const db = await lantern.edge.mf.getD1Database('DB', 'lantern')
const bucket = await lantern.edge.mf.getR2Bucket('MEDIA', 'lantern')
const queue = await lantern.edge.mf.getQueueProducer('TRANSCODE', 'lantern')
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const all = async <T>(query: string) => (await db.prepare(query).all<T>()).results
const openVideos = async () =>
  (await all<{ id: string }>("select id from videos where status = 'processing'")).length

/** Messages of tasks of any state, as a queue may deliver them: again, late and mixed. */
async function deliver(count: number): Promise<void> {
  const rows = await all<{ id: string; videoId: string }>(
    'select id, video_id as videoId from tasks order by random() limit 20',
  )
  for (let n = 0; n < count && rows.length > 0; n++) {
    const { id, videoId } = rows[Math.floor(random() * rows.length)]!
    const requestId = `req_${'0'.repeat(26)}`
    const delaySeconds = Math.floor(random() * 3)
    await queue.send({ v: 1, taskId: id, videoId, requestId }, { delaySeconds })
  }
}

/** Lets what was lost be found: leases run out, pauses end, the crons run. */
async function settle(limitMs: number): Promise<void> {
  const deadline = Date.now() + limitMs
  while ((await openVideos()) > 0) {
    if (Date.now() > deadline) throw new Error(`films hang\n${log.slice(-40).join('\n')}`)
    await pause(1000)
    const stuck = await all<{ n: number }>(
      `select count(*) as n from tasks where state in ('starting', 'running')`,
    )
    if (stuck[0]!.n === 0) lantern.tick(61_000)
    await lantern.edge.runCron('* * * * *')
  }
}

const videoIds: string[] = []
let kills = 0
let delivered = 0
const startedAt = Date.now()
for (let round = 0; round < rounds; round++) {
  await lantern.signIn()
  for (const film of films) {
    videoIds.push((await uploadFile(lantern.client, lantern.user.workspaceId, film)).videoId)
  }
  const share = Math.round(deliveries / rounds)
  await deliver(share)
  delivered += share
  await pause(random() * 12_000)
  await lantern.killTranscoder()
  kills++
  lantern.tick(121_000) // the lease of what was running
  await lantern.edge.runCron('* * * * *')
  lantern.tick(20_000) // the pause before another try
  await settle(240_000)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0)
  console.log(`round ${round + 1}: ${videoIds.length} films, ${kills} kills, ${seconds} s`)
}

lantern.tick(25 * 3600_000)
for (let times = 0; times < videoIds.length; times++) await lantern.edge.runCron('*/15 * * * *')
await lantern.signIn()

const failed = await all<{ id: string; failure_code: string }>(
  "select id, failure_code from videos where status <> 'ready'",
)
const twice = await all<{ video_id: string; n: number }>(
  `select video_id, count(*) as n from events where kind = 'video.ready' group by video_id
    having n <> 1`,
)
const attempts = await all<{ n: number }>('select sum(attempt > 1) as n from tasks')
let orphans = 0
let lost = 0
for (const videoId of videoIds) {
  const shown = await listShown(lantern, videoId)
  const stored = new Set<string>()
  let cursor: string | undefined
  do {
    const page = await bucket.list({ prefix: `v/${videoId}/e/`, ...(cursor && { cursor }) })
    for (const { key } of page.objects) stored.add(key)
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor)
  const extra = [...stored].filter((key) => !shown.has(key))
  const missing = [...shown].filter((key) => !stored.has(key))
  if (extra.length + missing.length > 0) console.log(videoId, { extra, missing })
  orphans += extra.length
  lost += missing.length
}

await lantern.stop()
await rm(dir, { recursive: true })
console.log(`
films            ${videoIds.length}, ${kills} kills, ${delivered} deliveries of messages, seed ${seed}
tried again      ${attempts[0]!.n} tasks
not ready        ${failed.length} ${JSON.stringify(failed)}
published twice  ${twice.length} ${JSON.stringify(twice)}
missing objects  ${lost}
orphans          ${orphans} after the sweep`)
process.exit(failed.length + twice.length + orphans + lost > 0 ? 1 : 0)
