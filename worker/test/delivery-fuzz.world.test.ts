import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { VideoId } from '#contracts/id.ts'
import { type Level, addLevel } from '#contracts/narrow.ts'
import type { Playback } from '#contracts/video.ts'
import { makeTestClip } from '../../scripts/lib/clip.ts'
import { signGrant } from '../features/delivery/token.ts'
import { createRawClient, mutate, oddHeaders, pickMethod, seeded } from './delivery-fuzz.ts'
import { type World, createWorld } from './world.ts'

const wanted = 10_000
const connections = 24

/** Addresses of one workspace: what they hold, and what a token must open for it. */
interface Target {
  key: string
  kind: 'w' | 'i' | 'c' | 'd'
  /** Undefined where the answer is written on request. */
  stored?: Buffer
  /** Outside the first second of the film. */
  isLate?: boolean
}

interface Token {
  name: string
  text: string
  opens: (target: Target) => boolean
}

let world: World
let raw: ReturnType<typeof createRawClient>
let own: { targets: Target[]; tokens: Token[] }
let foreign: Target[]

beforeAll(async () => {
  world = await createWorld()
  raw = createRawClient(world.url, connections)
  const { targets, links } = await publish()
  own = { targets, tokens: (await Promise.all(links.map(listTokens))).flat() }
  foreign = (await publish()).targets
})
afterAll(() => {
  raw.stop()
  return world.stop()
})

/** A ready film with a file of every sort, and an upload that plays as it came. */
async function publish(): Promise<{ targets: Target[]; links: string[] }> {
  const owner = await world.user()
  const { id, prefix } = await world.video({ owner, visibility: 'private' })
  const more = {
    '180p/iframes.m3u8': `#EXTM3U\n# frames of ${id}\n#EXT-X-ENDLIST\n`,
    'captions_0.vtt': `WEBVTT\n\n00:00.000 --> 00:01.000\nwords of ${id}\n`,
    'storyboard.vtt': `WEBVTT\n\n00:00.000 --> 00:02.000\nstoryboard_0.jpg#of=${id}\n`,
    'peaks.json': JSON.stringify({ perSecond: 1, peaks: [1, 2, 3], of: id }),
    'preview.webp': `RIFF....WEBP preview of ${id}`,
  }
  for (const [file, text] of Object.entries(more)) {
    await world.bucket.put(prefix + file, Buffer.from(text))
  }
  const films = ['180p/index.m3u8', '180p/iframes.m3u8', '180p/init.mp4', '180p/seg_00000.m4s']
  const late = ['180p/seg_00001.m4s', 'audio/seg_00001.m4s']
  const sounds = ['audio/index.m3u8', 'audio/init.mp4', 'audio/seg_00000.m4s']
  const pictures = [
    'poster_0.jpg',
    'storyboard.vtt',
    'storyboard_0.jpg',
    'preview.webp',
    'peaks.json',
  ]
  const read = async (file: string, kind: Target['kind'], isLate = false): Promise<Target> => {
    const object = await world.bucket.get(prefix + file)
    if (!object) throw new Error(`${file} is not stored`)
    return { key: prefix + file, kind, isLate, stored: Buffer.from(await object.arrayBuffer()) }
  }
  const stored: Target[] = []
  for (const file of [...films, ...sounds]) stored.push(await read(file, 'w'))
  for (const file of late) stored.push(await read(file, 'w', true))
  for (const file of pictures) stored.push(await read(file, 'i', !file.startsWith('poster')))
  stored.push(await read('captions_0.vtt', 'c'))

  const clip = path.join(world.dir, `${id}.mp4`)
  await makeTestClip(clip, { seconds: 2 })
  const upload = await world.upload(owner, clip, { visibility: 'private' })
  const source = `v/${upload.videoId}/s/${upload.uploadId}/`
  const folder = prefix.slice(`v/${id}/`.length)
  const cuts = ['video', 'audio'].flatMap((track) =>
    ['live.m3u8', 'init.mp4', 'seg_00000.m4s'].map((file) => `${source}${track}/${file}`),
  )
  const made = [`v/${id}/master.m3u8`, `v/${upload.videoId}/master.m3u8`, ...cuts]
  const links: string[] = []
  for (const videoId of [id, upload.videoId]) {
    const change = (body: object) => world.as(owner).patch(`/api/v1/videos/${videoId}`, body)
    await change({ downloads: 'original', encryption: 'aes-128' })
    await change({ encryption: 'none' }) // answers in the clear, and encrypted to those who began
    const reply = await world.as(owner).get<Playback>(`/api/v1/videos/${videoId}/playback`)
    links.push(reply.body.hlsUrl)
  }
  const ciphers = ['keys/180p.key', 'keys/audio.key', `${folder}180p/index.m3u8`]
  const segments = [`${folder}180p/seg_00000.m4s`, `s/${upload.uploadId}/audio/seg_00000.m4s`]
  const encrypted = [
    ...[...ciphers, segments[0]].map((key) => `v/${id}/aes/${key}`),
    `v/${upload.videoId}/aes/${segments[1]}`,
  ]
  const files = [`v/${id}/download/180p.mp4`, `v/${upload.videoId}/download/original`]
  const targets = [
    ...stored,
    ...[...made, ...encrypted].map((key) => ({ key, kind: 'w' as const })),
    ...files.map((key) => ({ key, kind: 'd' as const })),
  ]
  return { targets, links }
}

/** A token of every kind for one video, and some that are narrowed or dead. */
async function listTokens(link: string): Promise<Token[]> {
  const [, payload = ''] = link.split('/p/')[1]!.split('.')
  const granted = JSON.parse(Buffer.from(payload, 'base64url').toString())
  const [videoId, now] = [granted.v as VideoId, granted.e as number]
  const config = { TOKEN_KEYS: JSON.parse(world.secrets.TOKEN_KEYS) as Record<string, string> }
  const x = Math.floor(world.now() / 1000) + 7200
  const sign = (level: Level, epoch = now) =>
    signGrant(config, { videoId, epoch, level: { x, k: 'wic', ...level } })
  const isOwn = ({ key }: Target) => key.startsWith(`v/${videoId}/`)
  const isSmall = ({ key }: Target) => !/\/180p[/.]/.test(key) && !key.includes('/video/')
  const whole = await sign({})
  const nothing = () => false
  const all: [string, string, (target: Target) => boolean][] = [
    ['film', whole, ({ kind }) => kind !== 'd'],
    ['picture', await sign({ k: 'i' }), ({ kind }) => kind === 'i'],
    ['caption', await sign({ k: 'c' }), ({ kind }) => kind === 'c'],
    ['file', await sign({ k: 'd' }), ({ kind }) => kind === 'd'],
    ['narrowed', await addLevel(whole, { k: 'i' }), ({ kind }) => kind === 'i'],
    [
      'widened',
      await addLevel(await addLevel(whole, { k: 'i' }), { k: 'wicd' }),
      ({ kind }) => kind === 'i',
    ],
    ['part', await addLevel(whole, { t: [0, 1] }), ({ kind, isLate }) => kind !== 'd' && !isLate],
    [
      'small',
      await addLevel(whole, { h: 90 }),
      (target) => target.kind !== 'd' && isSmall(target) && !target.key.endsWith('master.m3u8'),
    ],
    ['expired', await addLevel(whole, { x: 1 }), nothing],
    ['early', await addLevel(whole, { n: x }), nothing],
    ['abroad', await addLevel(whole, { c: ['XX'] }), nothing],
    ['elsewhere', await addLevel(whole, { i: ['203.0.113.7'] }), nothing],
    ['of two', await addLevel(await addLevel(whole, { u: 'ann' }), { u: 'bob' }), nothing],
    ['of before', await sign({}, now - 1), nothing],
  ]
  return all.map(([name, text, opens]) => ({
    ...{ name, text },
    opens: (target) => isOwn(target) && opens(target),
  }))
}

/** Runs with a number of requests under way at a time. */
async function inParallel<T>(items: T[], run: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const work = async () => {
    for (const item of left) await run(item)
  }
  await Promise.all(Array.from({ length: connections }, work))
}

const pathOf = (token: Token, { key }: Target) => `/p/${token.text}/${key}`
const isShown = (status: number) =>
  status < 400 && status !== 204 && !(status >= 301 && status <= 308 && status !== 304)

test('each token opens what it says of its video, and nothing of any other', async () => {
  const pairs = own.tokens.flatMap((token) =>
    [...own.targets, ...foreign].map((target) => ({ token, target })),
  )
  const wrong: string[] = []
  await inParallel(pairs, async ({ token, target }) => {
    const { status, body } = await raw.send(pathOf(token, target))
    const isOpen = token.opens(target)
    const isSame = !target.stored || token.name === 'part' || body.equals(target.stored)
    if (isOpen ? status !== 200 || !isSame : status !== 403 && status !== 404) {
      wrong.push(`${token.name} ${target.key}: ${status} ${isOpen ? 'open' : 'closed'}`)
    }
  })
  expect(wrong).toEqual([])
})

test(`${wanted} mutated requests give no byte of what their token does not open`, async () => {
  const pick = seeded(20_261_127)
  const shell = (await raw.send('/')).body
  const right = new Map(
    own.tokens.flatMap((token) =>
      [...own.targets, ...foreign].map((target) => [pathOf(token, target), { token, target }]),
    ),
  )
  const all = [...own.targets, ...foreign]
  const paths = [...right.keys()]
  const opening = paths.filter((path) => right.get(path)!.token.opens(right.get(path)!.target))
  const draw = () => {
    // Half of them begin at an address that opens.
    const from = pick(2) ? opening : paths
    let path = from[pick(from.length)]!
    if (pick(8)) path = mutate(path, pick, paths)
    if (pick(4) === 0) path = mutate(path, pick, paths)
    return { path, method: pickMethod(pick), headers: oddHeaders(pick, paths[pick(paths.length)]!) }
  }
  const requests: ReturnType<typeof draw>[] = []
  while (requests.length < wanted) {
    const drawn = draw()
    if (/^\/[!-~]*$/.test(drawn.path)) requests.push(drawn)
  }

  const leaks: string[] = []
  const count = { sent: 0, shown: 0, refused: 0 }
  await inParallel(requests, async ({ path, method, headers }) => {
    const { status, type, body } = await raw.send(path, method, headers)
    count.sent += 1
    const say = (what: string) =>
      leaks.push(`${what}: ${method} ${path} ${JSON.stringify(headers)}: ${status} ${type}`)
    if (status >= 500) say('broken')
    // Dot segments are resolved before any Worker sees them (WHATWG URL), and a query is ignored.
    const named = right.get(new URL(`http://host${path}`).pathname)
    const isOpen = named?.token.opens(named.target) && (method === 'GET' || method === 'HEAD')
    if (isOpen) return void (count.shown += 1)
    count.refused += 1
    if (
      isShown(status) &&
      !body.equals(shell) &&
      !(method === 'HEAD' && type.startsWith('text/html'))
    )
      say('shown')
    if (all.some(({ stored }) => stored && body.includes(stored.subarray(-24)))) say('leaked')
  })
  console.log(`${count.sent} requests: ${count.shown} at an open address, ${count.refused} refused`)
  expect(leaks).toEqual([])
  expect(count.sent).toBeGreaterThanOrEqual(wanted)
  expect(count.shown).toBeGreaterThan(wanted / 50)
}, 240_000)
