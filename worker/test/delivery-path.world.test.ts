import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import { type World, createWorld } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const agent = new Agent({ keepAlive: true, maxSockets: 16 })

/** `path` goes over the wire as it is; `fetch` would tidy it up first. */
const getRaw = (path: string, headers = {}) =>
  new Promise<{ status: number; type: string; body: Buffer }>((resolve, reject) => {
    const { hostname, port } = new URL(world.url)
    request({ hostname, port, path, headers, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const type = response.headers['content-type'] ?? ''
        resolve({ status: response.statusCode ?? 0, type, body: Buffer.concat(chunks) })
      })
    })
      .on('error', reject)
      .end()
  })

function mutate(path: string): string[] {
  const marks = [
    '~',
    '%00',
    '%2f',
    '%5c',
    '\\',
    '..%2f',
    '%2e%2e/',
    '//',
    '/../',
    ';',
    '?',
    '%252e',
  ]
  const mutants = new Set<string>()
  for (let at = 1; at <= path.length; at++) {
    const [before, after] = [path.slice(0, at), path.slice(at)]
    mutants.add(before + marks[at % marks.length] + after)
    mutants.add(before.slice(0, -1) + marks[(at * 7) % marks.length] + after)
    if (at < path.length) mutants.add(before.slice(0, -1) + after)
    if (path[at - 1] === '/') for (const mark of marks) mutants.add(before + mark + after)
    const letter = path[at - 1]!
    const flipped = letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()
    if (flipped !== letter) mutants.add(before.slice(0, -1) + flipped + after)
  }
  // A query is ignored, and dot segments are resolved before any Worker sees them (WHATWG URL):
  // what is the path itself after that is no mutant.
  return [...mutants].filter((mutant) => new URL(`http://host${mutant}`).pathname !== path)
}

test('no path but the right one gives a byte of media, and none breaks the server', async () => {
  const owner = await world.user()
  const { id, prefix } = await world.video({ owner, visibility: 'private' })
  const { body } = await world.as(owner).get<Playback>(`/api/v1/videos/${id}/playback`)
  const segment = body.hlsUrl.replace(/v\/vid.*/, `${prefix}180p/seg_00001.m4s`)
  const addresses = [body.hlsUrl, segment, body.posterUrl!]
  const paths = addresses.map((address) => new URL(address).pathname)
  const mutants = paths.flatMap(mutate)
  expect(mutants.length).toBeGreaterThan(2000)
  for (const path of paths) expect((await getRaw(path)).status).toBe(200)

  const leaks: string[] = []
  const check = async (path: string) => {
    const { status, type, body } = await getRaw(path)
    const isMedia = /video|audio|image|mpegurl|vtt/.test(type) || /EXTM3U|moof/.test(`${body}`)
    if (status >= 500 || isMedia || (status < 300 && !type.startsWith('text/html'))) {
      leaks.push(`${status} ${type} ${path} ${body}`)
    }
  }
  for (let at = 0; at < mutants.length; at += 16) {
    await Promise.all(mutants.slice(at, at + 16).map(check))
  }
  expect(leaks).toEqual([])
})
