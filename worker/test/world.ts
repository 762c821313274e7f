import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { inject } from 'vitest'
import type { IdKind } from '#contracts/id.ts'
import { applyMigrations } from '../../scripts/lib/build.ts'
import { confirmAddress } from '../../scripts/lib/confirm.ts'
import { type Edge, freePort, startEdge } from '../../scripts/lib/edge.ts'
import { root } from '../../scripts/lib/paths.ts'
import { loadSecrets } from '../../scripts/lib/secrets.ts'
import { type Client, createClient, expectStatus } from '../../scripts/lib/client.ts'
import { findWorkerd, killProcess, startTranscoder, until } from './process.ts'
import { newId } from '../ports/clock.ts'
import { type UploadOptions, uploadFile } from '../../scripts/lib/upload.ts'
import { type VideoOptions, insertVideo } from './video.ts'
import { type Registration, type TestUser, registerUser } from './user.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The bundled Worker that every world of this run serves. */
    workerScript: string
    /** Made once a run: an RSA key takes longer than a world does. */
    secretsFile: string
    /** What `world.video` publishes: see media.ts. */
    mediaDir: string
  }
}

export interface WorldOptions {
  /** Run the real transcoder beside the Worker. */
  transcoder?: boolean
  /** Where the Worker looks for a transcoder that the test itself plays. */
  transcoderUrl?: string
  /** The fake clock's first reading, epoch ms; the real time by default. */
  at?: number
  /** A bundle other than the product's. */
  workerScript?: string
  /** So many calls a minute of one person, key or address; tests make more than people. */
  callsAMinute?: number
  /** More of the Worker's vars and secrets. */
  env?: Record<string, string>
}

interface FakeClock {
  now: number
  seed: number
}
const nextSeed = (clock: FakeClock): number => (clock.seed += 1)

/** Ids that tests make themselves: as the Worker's, out of the same count. */
const clockOf = (clock: FakeClock) => ({
  now: () => clock.now,
  random: () => {
    const bytes = Buffer.alloc(10)
    bytes.writeUInt32BE(nextSeed(clock), 2)
    return bytes
  },
})

/** A running Lantern for one test file. */
export type World = Awaited<ReturnType<typeof createWorld>>

/** Do not block this process (`execFileSync`) while the Worker works: it asks here for the time. */
export async function createWorld(options: WorldOptions = {}) {
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-world-'))
  const secrets = await loadSecrets(inject('secretsFile'))
  const [port, transcoderPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const clock = { now: options.at ?? Date.now(), seed: 0 }
  const logs: string[] = []
  const owners = new Map<string, TestUser>()
  let transcoder: ChildProcess | undefined
  let people = 0

  const edge: Edge = await startEdge({
    root,
    scriptPath: options.workerScript ?? inject('workerScript'),
    stateDir: path.join(dir, 'state'),
    host: '127.0.0.1',
    port,
    hasProxy: true,
    callsAMinute: options.callsAMinute ?? 1_000_000,
    s3: {
      accessKeyId: secrets.R2_ACCESS_KEY_ID,
      secretAccessKey: secrets.R2_SECRET_ACCESS_KEY,
    },
    env: {
      ...secrets,
      ENVIRONMENT: 'test',
      PASSWORD_COST: '8', // tests make more accounts than people do
      TRANSCODER_URL: options.transcoderUrl ?? `http://127.0.0.1:${transcoderPort}`,
      CALLBACK_URL: url,
      S3_PUBLIC_ENDPOINT: '',
      LINK_ORIGIN: url,
      ...options.env,
    },
    services: {
      CLOCK: () => Response.json({ now: clock.now, seed: nextSeed(clock) }),
    },
    onLog: ({ message }) => logs.push(message),
  })
  await applyMigrations(edge.mf)

  const as = (user?: TestUser): Client =>
    createClient(url, user ? { authorization: `Bearer ${user.accessToken}` } : {})

  // They die with the workerd that they point into.
  const openStubs = async () => ({
    db: await edge.mf.getD1Database('DB', 'lantern'),
    bucket: await edge.mf.getR2Bucket('MEDIA', 'lantern'),
  })
  let stubs = await openStubs()

  let creator: Promise<TestUser> | undefined
  /** Somebody who signed up and, unless told otherwise, confirmed their address. */
  const person = async (registration: Registration = {}) => {
    const user = await registerUser(as(), ++people, registration)
    if (registration.isVerified === false) return user
    await confirmAddress(edge.mf, user.email)
    return user
  }
  const id = <K extends IdKind>(kind: K) => newId(clockOf(clock), kind)

  const world = {
    url,
    mf: edge.mf,
    edge,
    dir,
    secrets,
    /** What Worker and transcoder printed, one line an entry. */
    logs,
    get db() {
      return stubs.db
    },
    get bucket() {
      return stubs.bucket
    },
    queue: (binding: string) => edge.mf.getQueueProducer(binding, 'lantern'),
    now: () => clock.now,
    /** Moves the Worker's clock; timers inside workerd keep real time. */
    tick: (ms: number) => void (clock.now += ms),
    cron: (expression: string) => edge.runCron(expression),
    as,
    user: person,
    /** An id that nothing has. */
    id,

    /** A ready video that plays, by `owner` or by one creator who owns all others. */
    async video(options: VideoOptions = {}) {
      const owner = options.owner ?? (await (creator ??= person({ displayName: 'Creator' })))
      const place = { url, ...stubs, taskSecret: secrets.TASK_SECRET, now: clock.now, id }
      const video = await insertVideo({ ...place, mediaDir: inject('mediaDir') }, owner, options)
      owners.set(video.id, owner)
      return video
    },

    async upload(user: TestUser, file: string | Uint8Array, options?: UploadOptions) {
      const uploaded = await uploadFile(as(user), user.workspaceId, file, options)
      owners.set(uploaded.videoId, user)
      return uploaded
    },

    /** The video once its status is `status`; fails at once where that can no longer happen. */
    async waitFor(
      videoId: string,
      status: string,
      { limitMs = 60_000, user = owners.get(videoId) } = {},
    ) {
      let last: unknown
      const ask = async () => {
        const reply = await as(user).get(`/api/v1/videos/${videoId}`)
        const video = (last = expectStatus(reply, 200, `get ${videoId}`))
        if (video.status === status) return video
        if (video.status === 'failed') throw new Error(`failed: ${JSON.stringify(video.failure)}`)
        return undefined
      }
      return until(`${videoId} is ${status}`, limitMs, ask).catch((error: unknown) => {
        const tail = logs.slice(-15).join('\n')
        throw new Error(`last state: ${JSON.stringify(last)}\nlogs:\n${tail}`, { cause: error })
      })
    },

    async startTranscoder() {
      transcoder = await startTranscoder({
        port: transcoderPort,
        key: secrets.TRANSCODER_KEY,
        scratchDir: path.join(dir, 'scratch'),
        onLine: (line) => logs.push(line),
      })
      return transcoder
    },
    /** kill -9: no drain, no last word. */
    async killTranscoder() {
      if (transcoder) await killProcess(transcoder)
    },

    /** kill -9, then waits until the edge has started a new workerd that serves. */
    async killWorkerd() {
      const pid = await findWorkerd(Number(new URL(edge.s3Endpoint).port))
      process.kill(pid, 'SIGKILL')
      await until('workerd serves again', 20_000, async () => {
        const next = await findWorkerd(Number(new URL(edge.s3Endpoint).port)).catch(() => pid)
        if (next === pid) return undefined
        const response = await fetch(`${url}/healthz`).catch(() => undefined)
        return response?.ok ? true : undefined
      })
      stubs = await openStubs()
    },

    async stop() {
      await world.killTranscoder()
      await edge.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
  if (options.transcoder) await world.startTranscoder()
  return world
}
