import { Agent, request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playback } from '#contracts/video.ts'
import { type World, createWorld } from './world.ts'

let world: World
let file: { segment: string; list: string; download: string; bytes: Buffer; etag: string }
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  world = await createWorld()
  const owner = await world.user()
  const { id, prefix } = await world.video({ owner })
  await world.as(owner).patch(`/api/v1/videos/${id}`, { downloads: 'video' })
  const { body } = await world.as().get<Playback>(`/api/v1/videos/${id}/playback`)
  const segment = body.hlsUrl.replace(/v\/vid.*/, `${prefix}180p/seg_00001.m4s`)
  const stored = await world.bucket.get(`${prefix}180p/seg_00001.m4s`)
  file = {
    segment,
    list: segment.replace('seg_00001.m4s', 'index.m3u8'),
    download: body.downloads[0]!.url,
    bytes: Buffer.from(await stored!.arrayBuffer()),
    etag: (await ask(segment)).headers['etag'] as string,
  }
})
afterAll(() => {
  agent.destroy()
  return world.stop()
})

const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
  new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((done, fail) => {
    request(url, { headers, method, agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () =>
        done({
          status: response.statusCode!,
          headers: response.headers,
          body: Buffer.concat(chunks),
        }),
      )
    })
      .on('error', fail)
      .end()
  })

const date = 'Fri, 27 Nov 2026 08:00:00 GMT'
const before = 'Thu, 01 Jan 1970 00:00:00 GMT'
/** What stands for the file's size and tag, which a table cannot know. */
const filled = (text: string) =>
  text
    .replaceAll('SIZE', `${file.bytes.byteLength}`)
    .replaceAll('LAST', `${file.bytes.byteLength - 1}`)
    .replaceAll('ETAG', file.etag)

type Row = [headers: Record<string, string>, status: number, range?: string]

/** RFC 9110: 13 (conditions), 14 (ranges). The third is `Content-Range`. */
const rows: Row[] = [
  [{}, 200],
  // 14.1.2 and 14.2: a single range
  [{ range: 'bytes=0-0' }, 206, 'bytes 0-0/SIZE'],
  [{ range: 'bytes=1-4' }, 206, 'bytes 1-4/SIZE'],
  [{ range: 'bytes=10-' }, 206, 'bytes 10-LAST/SIZE'],
  [{ range: 'bytes=0-' }, 206, 'bytes 0-LAST/SIZE'],
  [{ range: 'bytes=LAST-LAST' }, 206, 'bytes LAST-LAST/SIZE'],
  [{ range: 'bytes=LAST-' }, 206, 'bytes LAST-LAST/SIZE'],
  [{ range: 'bytes=0-99999999999999999999999' }, 206, 'bytes 0-LAST/SIZE'],
  [{ range: 'bytes=-1' }, 206, 'bytes LAST-LAST/SIZE'],
  [{ range: 'bytes=-SIZE' }, 206, 'bytes 0-LAST/SIZE'],
  [{ range: 'bytes=-99999999999999999999999' }, 206, 'bytes 0-LAST/SIZE'],
  [{ range: 'BYTES=0-0' }, 206, 'bytes 0-0/SIZE'],
  // 15.5.17: nothing of it is there
  [{ range: 'bytes=SIZE-' }, 416, 'bytes */SIZE'],
  [{ range: 'bytes=SIZE-SIZE' }, 416, 'bytes */SIZE'],
  [{ range: 'bytes=99999999999999999999999-' }, 416, 'bytes */SIZE'],
  [{ range: 'bytes=-0' }, 416, 'bytes */SIZE'],
  // 14.2: what is invalid, of another unit or of several parts may be answered with the whole
  [{ range: 'bytes=4-1' }, 200],
  [{ range: 'bytes=' }, 200],
  [{ range: 'bytes=-' }, 200],
  [{ range: 'bytes=a-b' }, 200],
  [{ range: 'bytes=1' }, 200],
  [{ range: 'bytes=--1' }, 200],
  [{ range: 'bytes=0-0,2-2' }, 200],
  [{ range: 'bytes=0-0, -1' }, 200],
  [{ range: 'bytes=0-0,99999999-' }, 200],
  [{ range: 'lines=0-1' }, 200],
  [{ range: '0-1' }, 200],
  // 13.1.5: only a strong tag that is the same lets the range stand
  [{ range: 'bytes=0-0', 'if-range': 'ETAG' }, 206, 'bytes 0-0/SIZE'],
  [{ range: 'bytes=0-0', 'if-range': 'W/ETAG' }, 200],
  [{ range: 'bytes=0-0', 'if-range': '"other"' }, 200],
  [{ range: 'bytes=0-0', 'if-range': '*' }, 200],
  [{ range: 'bytes=0-0', 'if-range': date }, 200],
  [{ range: 'bytes=SIZE-', 'if-range': '"other"' }, 200],
  [{ 'if-range': 'ETAG' }, 200],
  // 13.1.2: weak comparison
  [{ 'if-none-match': 'ETAG' }, 304],
  [{ 'if-none-match': 'W/ETAG' }, 304],
  [{ 'if-none-match': '"a", W/"b", ETAG' }, 304],
  [{ 'if-none-match': '*' }, 304],
  [{ 'if-none-match': '"other"' }, 200],
  [{ 'if-none-match': 'W/"other", "more"' }, 200],
  [{ 'if-none-match': 'nonsense' }, 200],
  [{ 'if-none-match': 'ETAG', range: 'bytes=0-0' }, 304],
  [{ 'if-none-match': 'ETAG', range: 'bytes=SIZE-' }, 304],
  [{ 'if-none-match': '"other"', range: 'bytes=0-0' }, 206, 'bytes 0-0/SIZE'],
  // 13.1.1: strong comparison
  [{ 'if-match': 'ETAG' }, 200],
  [{ 'if-match': '"a", ETAG' }, 200],
  [{ 'if-match': '*' }, 200],
  [{ 'if-match': 'W/ETAG' }, 412],
  [{ 'if-match': '"other"' }, 412],
  [{ 'if-match': '"other"', 'if-none-match': 'ETAG' }, 412],
  [{ 'if-match': 'ETAG', 'if-none-match': 'ETAG' }, 304],
  [{ 'if-match': 'ETAG', range: 'bytes=0-0' }, 206, 'bytes 0-0/SIZE'],
  [{ 'if-match': '"other"', range: 'bytes=0-0' }, 412],
  // 13.1.3 and 13.1.4: there is no date of change, so what asks for one is ignored
  [{ 'if-modified-since': date }, 200],
  [{ 'if-modified-since': before }, 200],
  [{ 'if-unmodified-since': before }, 200],
  [{ 'if-modified-since': date, 'if-none-match': '"other"' }, 200],
  [{ 'if-unmodified-since': before, range: 'bytes=0-0' }, 206, 'bytes 0-0/SIZE'],
]

test.each(rows)('%j is answered with %i', async (given, status, range) => {
  const headers = Object.fromEntries(
    Object.entries(given).map(([name, text]) => [name, filled(text)]),
  )
  const { bytes, etag } = file
  const answer = await ask(file.segment, headers)
  const expected = range && filled(range)
  expect([answer.status, answer.headers['content-range']]).toEqual([status, expected])
  if (status < 400) {
    expect(answer.headers).toMatchObject({ etag, 'accept-ranges': 'bytes' })
    expect(answer.headers['cache-control']).toBe('private, max-age=86400, immutable')
    expect(answer.headers['last-modified']).toBeUndefined()
  } else {
    expect(answer.headers['content-type']).toBe('application/problem+json')
    expect(answer.headers['cache-control']).toBe('no-store')
  }
  if (status === 200) expect(answer.body.equals(bytes)).toBe(true)
  if (status === 304) expect(answer.body.byteLength).toBe(0)
  if (status === 206) {
    const [, first, last] = /(\d+)-(\d+)/.exec(expected!)!.map(Number)
    expect(answer.headers['content-length']).toBe(`${last! - first! + 1}`)
    expect(answer.body.equals(bytes.subarray(first, last! + 1))).toBe(true)
  }
  // 9.3.2: the same without a body, and 14.2: ranges are for GET alone
  const head = await ask(file.segment, headers, 'HEAD')
  const whole = status === 206 || status === 416 ? 200 : status
  expect([head.status, head.body.byteLength]).toEqual([whole, 0])
  expect(head.headers['content-range']).toBeUndefined()
  if (whole === 200) expect(head.headers['content-length']).toBe(`${bytes.byteLength}`)
})

test('playlists and files to save keep the same rules', async () => {
  for (const url of [file.list, file.download]) {
    const whole = await ask(url)
    const etag = whole.headers['etag'] as string
    const size = whole.body.byteLength
    expect(whole.headers['content-length']).toBe(`${size}`)
    const part = await ask(url, { range: 'bytes=5-9', 'if-range': etag })
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 5-9/${size}`])
    expect(part.body.equals(whole.body.subarray(5, 10))).toBe(true)
    expect((await ask(url, { range: `bytes=${size}-` })).status).toBe(416)
    expect((await ask(url, { 'if-none-match': etag })).status).toBe(304)
    expect((await ask(url, { 'if-match': '"other"' })).status).toBe(412)
    expect((await ask(url, { range: 'bytes=0-1,3-4' })).body.equals(whole.body)).toBe(true)
    const head = await ask(url, {}, 'HEAD')
    const { date: _now, ...headers } = whole.headers
    expect(head.headers).toMatchObject(headers)
    expect(head.body.byteLength).toBe(0)
  }
})

test('OPTIONS says what is taken, and another method is told', async () => {
  const options = await ask(file.segment, {}, 'OPTIONS')
  expect([options.status, options.headers['allow']]).toEqual([204, 'GET, HEAD, OPTIONS'])
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
    const other = await ask(file.segment, {}, method)
    expect([other.status, other.headers['allow']], method).toEqual([405, 'GET, HEAD, OPTIONS'])
  }
})
