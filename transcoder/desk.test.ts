import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import type { TaskSpec } from '#contracts/task.ts'
import { openDesk } from './desk.ts'
import { createLog } from './log.ts'
import type { Scratch, ScratchRoot } from './run/scratch.ts'
import { makeFolder } from './test/clip.ts'
import { makeSpec, startServer } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const file = folder.path('film')
writeFileSync(file, 'no film')
const slots = { opening: 1, short: 1, long: 1 }
const log = createLog({}, () => {})

/** A disk that answers when it is told to: until then nothing of an attempt can end. */
function holdScratch() {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const gone: Scratch = { dir: '/', path: () => folder.path('gone', 'x'), remove: async () => {} }
  const root: ScratchRoot = { open: () => held.then(() => gone) }
  return { root, letGo }
}

test('another lease of the same attempt ends the one that runs here', async () => {
  const server = await startServer()
  const { root, letGo } = holdScratch()
  const desk = openDesk(slots, root, log)
  const spec = makeSpec(server, file)
  const renewed: TaskSpec = { ...spec, leaseId: spec.leaseId.replace(/.$/, '0') as never }
  expect([desk.take(spec), desk.take(spec)]).toEqual([202, 200])
  expect(desk.take(renewed)).toBe(409)
  letGo()
  await expect.poll(() => desk.find(spec.taskId)).toBeNull()
  expect(desk.take(renewed)).toBe(202)
  const failed = await server.until(({ name }) => name === 'fail')
  expect(failed.body).toMatchObject({ leaseId: renewed.leaseId })
  expect(server.calls.filter(({ name }) => name !== 'heartbeat')).toHaveLength(1)
  await server.close()
})

test('what does not end in time is handed back all the same', async () => {
  const server = await startServer()
  const { root, letGo } = holdScratch()
  const desk = openDesk(slots, root, log)
  const spec = makeSpec(server, file)
  desk.take(spec)
  await desk.drain(400)
  const { attempt, leaseId } = spec
  const released = server.calls.filter(({ name }) => name === 'release')
  expect(released.map(({ body }) => body)).toEqual([{ attempt, leaseId }])
  expect(desk.take(spec)).toBe(200)
  letGo()
  await expect.poll(() => desk.find(spec.taskId)).toBeNull()
  await server.close()
})
