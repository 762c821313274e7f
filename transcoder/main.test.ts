import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, expect, test } from 'vitest'
import { makeClip, makeFolder, makeLongClip } from './test/clip.ts'
import { listFfmpeg } from './test/process.ts'
import { authorization, key, post, startProgram } from './test/program.ts'
import { makeSpec, opening, startServer } from './test/server.ts'
import type { Call } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const long = makeLongClip(folder.path('long.mp4'))
const small = makeClip(folder.path('small.mp4'), { seconds: 1, size: '64x48' })
const slow = { timeout: 60_000 }

const start = () => startProgram(folder.path('scratch'))

const isEncoding = ({ name, body }: Call) =>
  name === 'heartbeat' && (body as { phase: string }).phase === 'encode'

/** Of the programs that a transcoder runs, in order. */
const listNiceness = (pid: number | undefined) =>
  execFileSync('ps', ['-o', 'ni=', '--ppid', `${pid}`])
    .toString()
    .trim()
    .split(/\s+/)
    .map(Number)
    .toSorted((a, b) => a - b)

test('strangers see health and nothing else', slow, async () => {
  const { url, child } = await start()
  const health = await (await fetch(`${url}/healthz`)).json()
  expect(health).toMatchObject({
    status: 'ok',
    slotsFree: { opening: 2, short: 1, long: 1 },
    ffmpeg: expect.stringMatching(/^ffmpeg version .*, (ok|narrowed): /),
    wall: expect.stringMatching(/^(bubblewrap|container|none)$/),
  })

  for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: key }]) {
    const answers = await Promise.all([
      fetch(`${url}/v1/tasks`, { method: 'POST', headers, body: '{}' }),
      fetch(`${url}/v1/tasks/tsk_1`, { headers }),
      fetch(`${url}/v1/nothing`, { headers }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401])
  }
  expect((await post(url, { v: 2 })).status).toBe(422)
  const broken = await fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { authorization },
    body: '{',
  })
  expect(broken.status).toBe(422)
  expect((await fetch(`${url}/v1/tasks/tsk_1`, { headers: { authorization } })).status).toBe(404)
  expect((await fetch(`${url}/etc/passwd`)).status).toBe(404)
  child.kill('SIGTERM')
  expect((await once(child, 'exit'))[0]).toBe(0)
})

test('an attempt runs once, an opening beside it, SIGTERM hands both back', slow, async () => {
  const server = await startServer()
  const { url, child, lines } = await start()
  const spec = makeSpec(server, long)
  expect((await post(url, spec)).status).toBe(202)
  expect((await post(url, spec)).status).toBe(200)
  const other = `tsk_${'0'.repeat(26)}`
  expect((await post(url, { ...spec, taskId: other })).status).toBe(429)
  await server.until(isEncoding)

  const behind = { ...makeSpec(server, long, opening), taskId: other }
  const beside = await post(url, behind)
  expect(beside.status).toBe(202)
  expect(await beside.json()).toMatchObject({ slotsFree: { short: 0 } })
  await server.until(({ name }) => name === 'publish')
  // Its first pictures are there: the opening stands back behind the short film.
  await expect.poll(() => listNiceness(child.pid)).toEqual([5, 10])

  const state = await fetch(`${url}/v1/tasks/${spec.taskId}`, { headers: { authorization } })
  expect(await state.json()).toMatchObject({ attempt: 1, phase: 'encode' })
  const wrong = await fetch(`${url}/v1/tasks/${spec.taskId}?attempt=2`, {
    method: 'DELETE',
    headers: { authorization },
  })
  expect(wrong.status).toBe(404)

  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
  const releases = server.calls.filter(({ name }) => name === 'release')
  expect(releases.map(({ body }) => body)).toEqual(
    Array.from({ length: 2 }, () => ({ attempt: 1, leaseId: spec.leaseId })),
  )
  expect(server.calls.some(({ name }) => name === 'fail' || name === 'complete')).toBe(false)
  const accepted = lines.find(({ msg }) => msg === 'task accepted')
  expect(accepted).toMatchObject({ requestId: spec.requestId, taskId: spec.taskId, attempt: 1 })
  await server.close()
})

test('a cancelled task stops, and a newer attempt pushes an older one out', slow, async () => {
  const server = await startServer()
  const { url, child } = await start()
  const spec = makeSpec(server, long)
  await post(url, spec)
  await server.until(isEncoding)
  expect((await post(url, { ...spec, attempt: 2 })).status).toBe(409)
  const accepted = async (attempt: number, file: string) => {
    const next = { ...makeSpec(server, file), attempt }
    await expect.poll(async () => (await post(url, next)).status, { timeout: 10_000 }).toBe(202)
  }
  await accepted(3, small)
  const done = await server.until(({ name }) => name === 'complete')
  expect(done.body).toMatchObject({ attempt: 3 })

  await accepted(4, long)
  await server.until((call) => isEncoding(call) && (call.body as { attempt: number }).attempt === 4)
  const cancel = await fetch(`${url}/v1/tasks/${spec.taskId}?attempt=4`, {
    method: 'DELETE',
    headers: { authorization },
  })
  expect(cancel.status).toBe(202)
  // What still runs when it is told to leave is handed back, and nobody wants this one back.
  const find = () => fetch(`${url}/v1/tasks/${spec.taskId}`, { headers: { authorization } })
  await expect.poll(async () => (await find()).status, { timeout: 10_000 }).toBe(404)
  child.kill('SIGTERM')
  await once(child, 'exit')
  const names = server.calls.map(({ name }) => name).filter((name) => name !== 'heartbeat')
  expect(names).toEqual(['publish', 'complete'])
  await server.close()
})

test('it leaves when its parent does', slow, async () => {
  const { child } = await start()
  child.disconnect()
  expect((await once(child, 'exit'))[0]).toBe(0)
})

test('ffmpeg dies with a transcoder that is killed', slow, async () => {
  const server = await startServer()
  const { url, child } = await start()
  await post(url, makeSpec(server, long))
  await server.until(isEncoding)
  expect(listFfmpeg(folder.path('scratch'))).toHaveLength(1)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await expect.poll(() => listFfmpeg(folder.path('scratch')), { timeout: 5000 }).toEqual([])
  await server.close()
})
