import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TaskPublication, type TaskReport, TaskSpec, type TaskSplit } from '#contracts/task.ts'
import { type Client, createClient } from '../../scripts/lib/client.ts'
import type { World } from './world.ts'

/** The transcoder's side of the protocol, played by a test: it takes specs and calls back. */
export interface Player {
  url: string
  specs: TaskSpec[]
  /** Those of openings, apart: most tests speak of encodes. */
  openings: TaskSpec[]
  /** Chunks and pictures of long films. */
  parts: TaskSpec[]
  /** What `POST /v1/tasks` answers next. */
  status: number
  cancelled: string[]
  /** Resolves with the n-th spec of an encode (from 1) once it has come. */
  nthSpec: (n: number) => Promise<TaskSpec>
  /** The first spec of an encode of this video, once it has come. */
  specOf: (videoId: string) => Promise<TaskSpec>
  nthOpening: (n: number) => Promise<TaskSpec>
  nthPart: (n: number) => Promise<TaskSpec>
  stop: () => void
}

export async function createPlayer(): Promise<Player> {
  const waiting: (() => void)[] = []
  async function nth(specs: TaskSpec[], n: number): Promise<TaskSpec> {
    while (specs.length < n) await new Promise<void>((resolve) => waiting.push(resolve))
    return specs[n - 1]!
  }
  const player: Player = {
    url: '',
    specs: [],
    openings: [],
    parts: [],
    status: 202,
    cancelled: [],
    nthSpec: (n) => nth(player.specs, n),
    specOf: async (videoId) => {
      for (let n = 1; ; n++) {
        const spec = await player.nthSpec(n)
        if (spec.videoId === videoId) return spec
      }
    },
    nthOpening: (n) => nth(player.openings, n),
    nthPart: (n) => nth(player.parts, n),
    stop: () => server.close(),
  }
  const server = createServer(async (request, response) => {
    const path = request.url ?? ''
    if (request.method === 'POST') {
      const spec = TaskSpec.parse(JSON.parse(await readText(request)))
      if (player.status === 202) {
        const specs =
          { opening: player.openings, encode: player.specs }[spec.kind as 'encode'] ?? player.parts
        specs.push(spec)
        for (const wake of waiting.splice(0)) wake()
      }
      response.writeHead(player.status).end('{}')
    } else if (request.method === 'DELETE') {
      player.cancelled.push(path)
      response.writeHead(202).end('{}')
    } else {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          status: 'ok',
          version: '1',
          ffmpeg: 'none',
          wall: 'none',
          slotsFree: { opening: 1, short: 1, long: 1 },
        }),
      )
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  player.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return player
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const lease = (spec: TaskSpec) => ({ attempt: spec.attempt, leaseId: spec.leaseId })

const callbacks = (spec: TaskSpec): Client =>
  createClient(spec.callback.baseUrl, { authorization: `Bearer ${spec.callback.token}` })

const callPath = (spec: TaskSpec, verb: string) => `/internal/v1/tasks/${spec.taskId}/${verb}`

const bytes = new Uint8Array(1000)

/** Stores small outputs for a spec and answers the report that goes with them. */
export async function storeOutputs(world: World, spec: TaskSpec): Promise<TaskReport> {
  const keys = ['360p/init.mp4', '360p/seg_00000.m4s', 'poster_0.jpg']
  for (const key of keys) await world.bucket.put(spec.output.prefix + key, bytes)
  return {
    ...lease(spec),
    media: { durationMs: 2000, widthPx: 640, heightPx: 360, framesPerSecond: 30 },
    renditions: [
      {
        name: '360p',
        kind: 'video',
        codecs: 'avc1.64001e',
        widthPx: 640,
        heightPx: 360,
        framesPerSecond: 30,
        peakBitsPerSecond: 800_000,
        averageBitsPerSecond: 500_000,
        initKey: '360p/init.mp4',
        segments: [{ key: '360p/seg_00000.m4s', durationSeconds: 2, sizeBytes: 1000 }],
      },
    ],
    captions: [],
    pictures: {
      posters: [{ key: 'poster_0.jpg', atSeconds: 0 }],
      storyboard: null,
      previewKey: null,
      peaks: null,
    },
    choices: null,
    cpuSeconds: 1,
  }
}

export const call = {
  heartbeat: (spec: TaskSpec, beat: { seq: number; percent: number }) =>
    callbacks(spec).post(callPath(spec, 'heartbeat'), {
      ...lease(spec),
      ...beat,
      phase: 'encode',
      speed: 2,
      renditions: [
        { name: '360p', kind: 'video', widthPx: 640, heightPx: 360, percent: beat.percent },
      ],
    }),
  publish: (spec: TaskSpec, publication: Omit<TaskPublication, 'attempt' | 'leaseId'>) =>
    callbacks(spec).post(callPath(spec, 'publish'), { ...lease(spec), ...publication }),
  split: (spec: TaskSpec, split: Omit<TaskSplit, 'attempt' | 'leaseId'>) =>
    callbacks(spec).post(callPath(spec, 'split'), { ...lease(spec), ...split }),
  complete: (spec: TaskSpec, report: TaskReport) =>
    callbacks(spec).post(callPath(spec, 'complete'), report),
  fail: (spec: TaskSpec, code: string, isRetryable: boolean) =>
    callbacks(spec).post(callPath(spec, 'fail'), {
      ...lease(spec),
      code,
      isRetryable,
      message: 'said by the test',
    }),
  release: (spec: TaskSpec, lane?: 'long') =>
    callbacks(spec).post(callPath(spec, 'release'), { ...lease(spec), ...(lane && { lane }) }),
}
