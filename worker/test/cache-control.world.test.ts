import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Endpoint } from '#contracts/endpoint.ts'
import type { Playback } from '#contracts/video.ts'
import { inRoot } from '../../scripts/lib/paths.ts'
import { readContracts } from './every-route.ts'
import { type Team, createTeam } from './matrix-principals.ts'
import { type World, createWorld } from './world.ts'

let world: World
let team: Team
beforeAll(async () => {
  world = await createWorld()
  team = await createTeam(world, 'Team')
})
afterAll(() => world.stop())

/** What may be kept, for how long and by whom, of an answer that went well. */
async function keptAs(url: string, init: RequestInit = {}): Promise<[number, string | null]> {
  const stop = new AbortController()
  const { status, headers } = await fetch(url, { ...init, signal: stop.signal, redirect: 'manual' })
  stop.abort() // some answers are streams that go on
  return [status, headers.get('cache-control')]
}

const addressOf = ({ path }: Endpoint) =>
  world.url + path.replace(/\{(\w+)\}/g, (_, name: string) => team.ids[name] ?? 'x')

/** Answers of the API that are the same for everybody. */
const forAll: Record<string, string> = { getJwks: 'public, max-age=300' }

test('answers of the API are kept by nobody, whoever asks and however it ends', async () => {
  const contracts = await readContracts()
  const wrong: string[] = []
  for (const contract of contracts) {
    const method = contract.method.toUpperCase()
    const bearer = { authorization: `Bearer ${team.owner.accessToken}` }
    for (const headers of method === 'GET' ? [{}, bearer] : [{}]) {
      const [status, kept] = await keptAs(addressOf(contract), { method, headers })
      const expected = status < 300 ? (forAll[contract.id] ?? 'no-store') : 'no-store'
      if (kept !== expected) wrong.push(`${contract.id}: ${status} ${kept}`)
    }
  }
  expect(wrong).toEqual([])
})

test('pages are asked for anew, and what carries a hash in its name is kept for good', async () => {
  const hashed = readdirSync(inRoot('dist/web/assets')).find((name) => name.endsWith('.js'))!
  const open = await world.video({ owner: team.owner })
  const anew = 'public, max-age=0, must-revalidate'
  const table: [string, number, string][] = [
    ['/', 200, anew],
    ['/studio', 200, anew],
    [`/watch/${team.ids['videoId']}`, 200, anew],
    [`/watch/${open.id}`, 200, anew],
    ['/favicon.svg', 200, anew],
    ['/theme.js', 200, anew],
    [`/assets/${hashed}`, 200, 'public, max-age=31536000, immutable'],
    [`/embed/${open.id}`, 200, 'no-store'],
    [`/embed/${open.id}/poster.jpg`, 302, 'public, max-age=3600'],
    ['/robots.txt', 200, 'public, max-age=3600'],
    ['/sitemap.xml', 200, 'public, max-age=600'],
    ['/healthz', 200, 'no-store'],
    ['/api/v1/nothing', 404, 'no-store'],
    ['/p/nothing', 404, 'no-store'],
  ]
  for (const [address, ...expected] of table) {
    expect(await keptAs(world.url + address), address).toEqual(expected)
  }
})

test('media are kept by their viewer alone: for a day, or until they change', async () => {
  const { id, prefix } = await world.video({ owner: team.owner })
  await world.as(team.owner).patch(`/api/v1/videos/${id}`, { downloads: 'video' })
  const { body } = await world.as(team.owner).get<Playback>(`/api/v1/videos/${id}/playback`)
  const link = body.hlsUrl.replace(/v\/vid.*/, prefix)
  const lasting = 'private, max-age=86400, immutable'
  const table: [string, number, string][] = [
    [body.hlsUrl, 200, 'private, no-cache'],
    [`${link}180p/index.m3u8`, 200, lasting],
    [`${link}180p/init.mp4`, 200, lasting],
    [`${link}180p/seg_00000.m4s`, 200, lasting],
    [body.posterUrl!, 200, lasting],
    [body.posterUrl!.replace('poster_0', 'storyboard_0'), 200, lasting],
    [body.downloads[0]!.url, 200, 'private, no-cache'],
    [`${link}180p/seg_00099.m4s`, 404, 'no-store'],
    [body.hlsUrl.replace('/p/', '/p/x'), 403, 'no-store'],
  ]
  for (const [address, ...expected] of table) {
    expect(await keptAs(address), address).toEqual(expected)
    if (expected[0] !== 200) continue
    // Whatever stands in front of us keeps nothing of it.
    const { headers } = await fetch(address, { method: 'HEAD' })
    expect(headers.get('cdn-cache-control')).toBe('no-store')
  }
})
