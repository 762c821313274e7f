import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { applyMigrations, buildWorker, ensureWeb } from '../../scripts/lib/build.ts'
import { type Client, createClient, expectStatus } from '../../scripts/lib/client.ts'
import { confirmAddress } from '../../scripts/lib/confirm.ts'
import { type Edge, freePort, startEdge } from '../../scripts/lib/edge.ts'
import { root } from '../../scripts/lib/paths.ts'
import { loadSecrets } from '../../scripts/lib/secrets.ts'
import { killProcess, startTranscoder } from '../../worker/test/process.ts'
import { type TestUser, registerUser } from '../../worker/test/user.ts'

export interface BenchLantern {
  url: string
  /** Gone when the run stops. */
  dir: string
  edge: Edge
  user: TestUser
  client: Client
  /** Again, after hours of the clock. */
  signIn: () => Promise<void>
  /** Moves the Worker's clock; timers inside workerd keep real time. */
  tick: (ms: number) => void
  /** kill -9 of the transcoder, and a new one in its place. */
  killTranscoder: () => Promise<void>
  stop: () => Promise<void>
}

interface Parts {
  /** The web app too; else the Worker alone. */
  hasWeb?: boolean
  /** The real transcoder; else nobody takes a task. */
  hasTranscoder?: boolean
  /** Another entry of the Worker, as a path from the root. */
  entry?: string
  /** A clock that `tick` moves; it costs each request a call. */
  hasClock?: boolean
  /** More settings of the Worker. */
  env?: Record<string, string>
  /** What the Worker and the transcoder print. */
  onLine?: (line: string) => void
}

/** A Lantern of its own for one run, with one signed-in user. */
export async function startLantern({
  hasWeb,
  hasTranscoder,
  entry,
  hasClock,
  env,
  onLine = () => {},
}: Parts = {}): Promise<BenchLantern> {
  const dir = await mkdtemp(path.join(tmpdir(), 'lantern-bench-'))
  const secrets = await loadSecrets(path.join(dir, 'secrets.json'))
  const [port, transcoderPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  if (hasWeb) await ensureWeb()
  let aheadMs = 0
  let seed = 1
  const edge = await startEdge({
    root,
    scriptPath: await buildWorker(path.join(dir, 'worker'), entry),
    stateDir: path.join(dir, 'state'),
    host: '127.0.0.1',
    port,
    hasProxy: true,
    callsAMinute: 1_000_000,
    s3: { accessKeyId: secrets.R2_ACCESS_KEY_ID, secretAccessKey: secrets.R2_SECRET_ACCESS_KEY },
    env: {
      ...secrets,
      TRANSCODER_URL: `http://127.0.0.1:${transcoderPort}`,
      CALLBACK_URL: url,
      S3_PUBLIC_ENDPOINT: '',
      PUBLIC_ORIGIN: '',
      LINK_ORIGIN: url,
      ...env,
    },
    ...(hasClock && {
      services: { CLOCK: () => Response.json({ now: Date.now() + aheadMs, seed: seed++ }) },
    }),
    onLog: ({ message }) => onLine(message),
  })
  await applyMigrations(edge.mf)
  const start = () =>
    startTranscoder({
      port: transcoderPort,
      key: secrets.TRANSCODER_KEY,
      scratchDir: path.join(dir, 'scratch'),
      onLine,
    })
  let transcoder = hasTranscoder ? await start() : undefined
  const user = await registerUser(createClient(url, {}), 1, {})
  await confirmAddress(edge.mf, user.email)
  const open = (token: string) => createClient(url, { authorization: `Bearer ${token}` })
  let client = open(user.accessToken)
  async function signIn() {
    const { email, password } = user
    const reply = await createClient(url, {}).post('/api/v1/auth/login', { email, password })
    client = open(expectStatus(reply, 200, 'sign in').accessToken)
  }
  return {
    ...{ url, dir, edge, user },
    get client() {
      return client
    },
    signIn,
    tick: (ms) => void (aheadMs += ms),
    async killTranscoder() {
      if (transcoder) await killProcess(transcoder)
      transcoder = await start()
    },
    async stop() {
      if (transcoder) await killProcess(transcoder)
      await edge.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
