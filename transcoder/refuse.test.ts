import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Stopped } from './failure.ts'
import { openScratchRoot } from './run/scratch.ts'
import { attempt, publish, refuse } from './test/attempt.ts'
import { ffmpeg, makeClip, makeFolder, makeLongClip } from './test/clip.ts'
import { listFfmpeg } from './test/process.ts'
import type { Call } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 60_000 }

const write = (name: string, content: string | Buffer) => {
  const file = folder.path(name)
  writeFileSync(file, content)
  return file
}

const long = makeLongClip(folder.path('long.mp4'))

const scratchIsEmpty = () => readdirSync(folder.path('scratch', `p${process.pid}`)).length === 0

const encoders = () => listFfmpeg(folder.path('scratch'))

const isEncoding = ({ name, body }: Call) =>
  name === 'heartbeat' && (body as { phase: string; percent: number }).phase === 'encode'

test('text, an empty file and a picture are no videos', slow, async () => {
  const png = folder.path('still.png')
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=64x48', '-frames:v', '1', png)
  for (const file of [write('text.mp4', 'hello '.repeat(500)), write('empty.mp4', ''), png]) {
    const { failure, stored } = await refuse(scratch, file)
    expect(failure, file).toMatchObject({ code: 'not_a_video', isRetryable: false })
    expect(failure.message).not.toContain(folder.path())
    expect(stored).toEqual([])
  }
})

test('a playlist that calls itself a film opens no other file', slow, async () => {
  const neighbour = makeClip(folder.path('neighbour.ts'), { seconds: 1 })
  const hls = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n${neighbour}\n#EXT-X-ENDLIST\n`
  const concat = `ffconcat version 1.0\nfile '${neighbour}'\n`
  const dash =
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>'
  for (const text of [hls, concat, dash]) {
    const { failure, stored } = await refuse(scratch, write('playlist.mp4', text))
    expect(failure).toMatchObject({ code: 'not_a_video', isRetryable: false })
    expect(stored).toEqual([])
  }
})

test('a film without its index, and one without its pictures, are damaged', slow, async () => {
  const whole = readFileSync(makeClip(folder.path('whole.mp4'), { seconds: 1 }))
  const headless = write('headless.mp4', whole.subarray(0, Math.round(whole.length * 0.5)))
  expect((await refuse(scratch, headless)).failure).toMatchObject({
    code: 'damaged',
    isRetryable: false,
  })

  const fast = makeClip(folder.path('fast.mp4'), {
    seconds: 1,
    options: ['-movflags', '+faststart'],
  })
  const bytes = readFileSync(fast)
  const bodyless = write('bodyless.mp4', bytes.subarray(0, bytes.indexOf('mdat') + 4))
  expect((await refuse(scratch, bodyless)).failure).toMatchObject({ code: 'damaged' })

  const torn = write('torn.ogv', Buffer.concat([Buffer.from('OggS'), Buffer.alloc(5000, 7)]))
  expect((await refuse(scratch, torn)).failure).toMatchObject({ code: 'damaged' })
})

test('a codec outside the list, and encrypted samples, are named as such', slow, async () => {
  const exotic = folder.path('exotic.mkv')
  ffmpeg(
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x48:d=0.2',
    '-c:v',
    'magicyuv',
    '-pix_fmt',
    'yuv420p',
    exotic,
  )
  expect((await refuse(scratch, exotic)).failure.code).toBe('unsupported_codec')

  const clip = readFileSync(makeClip(folder.path('plain.mp4'), { seconds: 1, audio: false }))
  clip.write('encv', clip.indexOf('avc1', clip.indexOf('stsd')), 'latin1')
  expect((await refuse(scratch, write('locked.mp4', clip))).failure.code).toBe('encrypted')
})

test(
  'a missing source fails for good, a source of another size may be tried again',
  slow,
  async () => {
    const clip = makeClip(folder.path('clip.mp4'), { seconds: 1, audio: false, size: '64x48' })
    const gone = await attempt(scratch, clip, {}, (server) => server.objects.delete('source'))
    expect(await gone.task.done).toBe('failed')
    expect(gone.server.calls.at(-1)?.body).toMatchObject({
      code: 'source_missing',
      isRetryable: false,
    })
    await gone.server.close()

    const input = { bucket: 'media', key: 'source', sizeBytes: 10, partBytes: null }
    const { failure } = await refuse(scratch, clip, { input })
    expect(failure).toMatchObject({ code: 'internal', isRetryable: true })
  },
)

test('a fenced attempt kills its ffmpeg, cleans up and reports nothing', slow, async () => {
  const { server, task } = await attempt(scratch, long)
  server.answer = (call) => (isEncoding(call) ? { status: 409, body: {} } : undefined)
  expect(await task.done).toBe('fenced')
  expect(server.calls.every(({ name }) => name === 'heartbeat')).toBe(true)
  expect(encoders()).toEqual([])
  expect(scratchIsEmpty()).toBe(true)
  await server.close()
})

test('a cancelled attempt stops, told by the heartbeat or from outside', slow, async () => {
  const told = await attempt(scratch, long)
  const cancelled = { status: 200, body: { leaseUntil: 1, isCancelled: true } }
  told.server.answer = (call) => (isEncoding(call) ? cancelled : undefined)
  expect(await told.task.done).toBe('cancelled')
  await told.server.close()

  const { server, task } = await attempt(scratch, long)
  await server.until(isEncoding)
  task.stop(new Stopped('cancelled'))
  expect(await task.done).toBe('cancelled')
  expect(encoders()).toEqual([])
  expect(server.calls.every(({ name }) => name === 'heartbeat')).toBe(true)
  await server.close()
})

test('an attempt that takes too long is stopped and says so', slow, async () => {
  const deadlines = { heartbeatSeconds: 15, leaseSeconds: 120, hardSeconds: 2 }
  const { failure } = await refuse(scratch, long, { deadlines })
  expect(failure).toMatchObject({ code: 'timed_out', isRetryable: false })
  expect(encoders()).toEqual([])
})

test('a Worker that is away for a moment loses neither heartbeat nor report', slow, async () => {
  const clip = makeClip(folder.path('small.mp4'), { seconds: 1, audio: false, size: '64x48' })
  const { server, task } = await attempt(scratch, clip)
  const failures = new Map<string, number>()
  server.answer = ({ name }) => {
    const count = failures.get(name) ?? 0
    failures.set(name, count + 1)
    return count < 2 ? { status: 503, body: {} } : undefined
  }
  expect(await task.done).toBe('completed')
  expect(failures.get('complete')).toBe(3)
  await server.close()
})

test('an attempt whose lease ran out without contact stops by itself', slow, async () => {
  const deadlines = { heartbeatSeconds: 0.2, leaseSeconds: 1, hardSeconds: 600 }
  const { server, task } = await attempt(scratch, long, { deadlines })
  await server.until(isEncoding)
  server.answer = () => ({ status: 500, body: {} })
  expect(await task.done).toBe('lease_lost')
  expect(encoders()).toEqual([])
  await server.close()
})

test('a film that is longer than it said moves to the lane of long ones', slow, async () => {
  const file = folder.path('calm.mkv')
  const picture = ['-f', 'lavfi', '-i', 'color=s=1920x1080:r=1/3600:d=10800']
  ffmpeg(...picture, '-c:v', 'libx264', '-preset', 'ultrafast', file)
  const { server, task, lines } = await attempt(scratch, file, { isWhole: true })
  expect(await task.done).toBe('misplaced')
  const calls = server.calls.filter(({ name }) => name !== 'heartbeat')
  expect(calls.map(({ name, body }) => [name, body])).toEqual([
    ['release', { attempt: 1, leaseId: expect.any(String), lane: 'long' }],
  ])
  expect(lines.join('')).toContain('film is too long for its lane')
  expect(lines.join('')).not.toContain('ffmpeg ended')
  expect(scratchIsEmpty()).toBe(true)
  await server.close()
})

test('a folder with spaces and quotes harms nothing', slow, async () => {
  const odd = await openScratchRoot(folder.path("odd 'name'; $(x) [1]"))
  const clip = makeClip(folder.path(path.join('in', 'clip.mp4')), { seconds: 1, size: '64x48' })
  expect((await publish(odd, clip)).report.renditions).toHaveLength(2)
})
