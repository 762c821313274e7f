import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Client, createClient, expectStatus } from './client.ts'
import { makeTestClip } from './clip.ts'
import { say } from './progress.ts'
import { run } from './run.ts'
import { uploadFile } from './upload.ts'

const clipSeconds = 6

/** A finding in plain words, with what the operator may try. */
export class Finding extends Error {
  readonly advice: string
  constructor(message: string, advice: string, cause?: unknown) {
    super(message, { cause })
    this.advice = advice
  }
}

/** Runs one step; whatever goes wrong in it becomes a Finding with this step's advice. */
export async function examine<T>(what: string, advice: string, work: () => Promise<T>): Promise<T> {
  const startedAt = Date.now()
  try {
    const result = await work()
    say(`ok   ${what} (${Date.now() - startedAt} ms)`)
    return result
  } catch (cause) {
    if (cause instanceof Finding) throw cause
    const message = cause instanceof Error ? deepest(cause) : String(cause)
    throw new Finding(`${what}: ${message}`, advice, cause)
  }
}

/** `fetch failed` hides its reason in the cause. */
const deepest = (error: Error): string =>
  error.cause instanceof Error ? `${error.message} (${deepest(error.cause)})` : error.message

export async function checkHealth(url: string): Promise<void> {
  const stranger = createClient(url, {})
  await examine(
    'The Worker answers',
    `Is Lantern running there? Start it with npm start, or name its address: LANTERN_URL=… npm run doctor`,
    async () => expectStatus(await stranger.get('/healthz'), 200, 'GET /healthz'),
  )
  const { body } = await stranger.get('/readyz')
  for (const [name, check] of Object.entries<{ ok: boolean; ms: number; detail?: string }>(
    body?.checks ?? {},
  )) {
    if (!check.ok) throw new Finding(`${name} does not answer: ${check.detail}`, readyAdvice(name))
    say(`ok   ${name} answers (${check.ms} ms)`)
  }
}

const readyAdvice = (name: string): string =>
  ({
    database:
      'Are the migrations applied? Locally npm start does it; on Cloudflare: npm run deploy',
    storage: 'Does the R2 bucket of wrangler.toml exist, and is the disk full?',
    queue: 'Do the queues of wrangler.toml exist?',
    transcoder:
      'Locally look into .lantern/logs/transcoder.log; on Cloudflare check the container and TRANSCODER_KEY',
  })[name] ?? 'Look into the logs.'

export interface Patient {
  client: Client
  email: string
  workspaceId: string
}

export async function signUp(url: string): Promise<Patient> {
  return examine('Sign up', 'Look into the Worker’s log for the request id above.', async () => {
    const body = {
      email: `doctor-${randomBytes(6).toString('hex')}@lantern.local`,
      password: randomBytes(12).toString('base64url'),
      displayName: 'Doctor',
    }
    const reply = await createClient(url, {}).post('/api/v1/auth/register', body)
    const { accessToken } = expectStatus(reply, 201, 'register')
    const client = createClient(url, { authorization: `Bearer ${accessToken}` })
    const { workspaces } = expectStatus(await client.get('/api/v1/me'), 200, 'GET /api/v1/me')
    return { client, email: body.email, workspaceId: workspaces[0].id as string }
  })
}

/** The account that was made for this, with all that it has. */
export const leave = ({ client, email }: Patient): Promise<void> =>
  examine(
    'Delete the account',
    'Look into the Worker’s log for the request id above.',
    async () => {
      expectStatus(await client.delete('/api/v1/me', { email }), 204, 'DELETE /api/v1/me')
    },
  )

export async function uploadClip({ client, workspaceId }: Patient): Promise<string> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-doctor-'))
  try {
    const file = path.join(dir, 'doctor.mp4')
    await examine('Make a clip', 'Does ffmpeg run on this machine?', () =>
      makeTestClip(file, { seconds: clipSeconds }),
    )
    const advice =
      'Parts go straight to storage: does its address (S3_PUBLIC_ENDPOINT) reach R2, are the R2 keys right, and does the bucket’s CORS allow PUT and show ETag?'
    const { videoId } = await examine('Upload it in parts', advice, () =>
      uploadFile(client, workspaceId, file, { title: 'Doctor’s clip', visibility: 'private' }),
    )
    return videoId
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

export async function waitUntilReady(client: Client, videoId: string): Promise<void> {
  const advice =
    'Is the transcoder up and reached by TRANSCODER_URL, and does it reach CALLBACK_URL? Its log says what happened to the task.'
  await examine('Convert it', advice, async () => {
    const deadline = Date.now() + 300_000
    let shown = ''
    while (Date.now() < deadline) {
      const video = expectStatus(await client.get(`/api/v1/videos/${videoId}`), 200, 'GET video')
      if (video.status === 'ready') return
      if (video.status === 'failed')
        throw new Error(`${video.failure.code}, ${video.failure.message}`)
      const { phase = 'queued', percent = 0 } = video.progress ?? {}
      const now = `${phase} ${Math.round(percent)} %`
      if (now !== shown) say(`       ${(shown = now)}`)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    throw new Error(`not ready after five minutes (${shown})`)
  })
}

/** Fetches playlists, init and a segment as a player does, then decodes all of it. Answers the link. */
export async function play(
  url: string,
  client: Client,
  videoId: string,
  what = 'Play it',
): Promise<string> {
  const advice =
    'Look into the Worker’s log; on Cloudflare also into the bucket’s objects below v/.'
  return examine(what, advice, async () => {
    const reply = await client.get(`/api/v1/videos/${videoId}/playback`)
    const hlsUrl = new URL(expectStatus(reply, 200, 'GET playback').hlsUrl, url).href
    const master = await read(hlsUrl)
    const media = new URL(firstUri(master), hlsUrl).href
    const playlist = await read(media)
    const init = /#EXT-X-MAP:URI="([^"]+)"/.exec(playlist)?.[1]
    if (!init) throw new Error('the media playlist names no init segment')
    for (const file of [init, firstUri(playlist)]) await read(new URL(file, media).href)
    await decode(hlsUrl)
    return hlsUrl
  })
}

async function read(url: string): Promise<string> {
  const response = await fetch(url)
  const text = await response.text()
  const name = new URL(url).pathname.split('/').at(-1)
  if (response.status !== 200) throw new Error(`${name}: ${response.status} ${text.slice(0, 200)}`)
  return text
}

function firstUri(playlist: string): string {
  const uri = playlist.split('\n').find((line) => line && !line.startsWith('#'))
  if (!uri) throw new Error('a playlist is empty')
  return uri
}

async function decode(hlsUrl: string): Promise<void> {
  const { code, output } = await run('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-i', hlsUrl, '-map', '0:v:0', '-map', '0:a:0'],
    ...['-f', 'null', '-progress', 'pipe:1', '-'],
  ])
  const seconds = Number(/.*out_time_us=(\d+)/s.exec(output)?.[1] ?? 0) / 1e6
  if (code !== 0) throw new Error(`ffmpeg cannot decode it: ${output.slice(-300)}`)
  if (Math.abs(seconds - clipSeconds) > 0.5)
    throw new Error(`${seconds} s came out of ${clipSeconds} s`)
}

export async function deleteVideo(client: Client, videoId: string): Promise<void> {
  await examine('Delete it', 'Look into the Worker’s log.', async () => {
    expectStatus(await client.delete(`/api/v1/videos/${videoId}`), 204, 'DELETE video')
  })
}

/** A link given before the deletion must end within the promised 5 seconds. */
export async function checkDead(client: Client, videoId: string, hlsUrl: string): Promise<void> {
  const advice =
    'Deleted media can still be fetched: look at the epoch check and at caches in between.'
  await examine('Its link is dead', advice, async () => {
    const gone = await client.get(`/api/v1/videos/${videoId}`)
    expectStatus(gone, 404, 'GET the deleted video')
    const deadline = Date.now() + 10_000
    while (Date.now() < deadline) {
      const { status } = await fetch(hlsUrl)
      if (status === 403 || status === 404) return
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error('the old link still opens it after ten seconds')
  })
}
