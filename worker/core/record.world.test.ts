import { drizzle } from 'drizzle-orm/d1'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { IdKind } from '#contracts/id.ts'
import { newId, systemClock } from '../ports/clock.ts'
import { type World, createWorld } from '../test/world.ts'
import type { Ctx } from './context.ts'
import { createLog } from './log.ts'
import { type Listener, dispatchEvents, record } from './record.ts'

let world: World
let ctx: Ctx

beforeAll(async () => {
  world = await createWorld()
  ctx = {
    db: drizzle(world.db),
    actor: { kind: 'system' },
    now: () => 1000,
    id: (kind: IdKind) => newId(systemClock, kind),
    log: { ...createLog({}), error: () => {} },
    requestId: 'req_test',
  } as unknown as Ctx
})
afterAll(() => world.stop())
beforeEach(() => world.db.exec('delete from events; delete from dead_letters'))

const append = async (...titles: string[]) => {
  for (const title of titles) {
    await ctx.db.batch([record(ctx, 'video.updated', { data: { title } })])
  }
}
const countLetters = async () =>
  (await world.db.prepare('select count(*) as n from dead_letters').first<{ n: number }>())?.n

test('listeners read every event once, in order', async () => {
  await append('a', 'b')
  const seen: unknown[] = []
  const listen: Listener = async (_, event) => void seen.push(event.data['title'])
  expect(await dispatchEvents(ctx, [listen])).toBe(2)
  expect(await dispatchEvents(ctx, [listen])).toBe(0)
  expect(seen).toEqual(['a', 'b'])
})

test('an event that fails holds up no other, and comes again', async () => {
  await append('bad', 'good')
  const seen: unknown[] = []
  let isBroken = true
  const listen: Listener = async (_, event) => {
    if (isBroken && event.data['title'] === 'bad') throw new Error('no')
    seen.push(event.data['title'])
  }
  await expect(dispatchEvents(ctx, [listen])).rejects.toThrow('1 of 2')
  isBroken = false
  await dispatchEvents(ctx, [listen])
  expect(seen).toEqual(['good', 'bad'])
})

test('an event that always fails ends as a dead letter', async () => {
  await append('bad')
  const listen: Listener = () => Promise.reject(new Error('never'))
  for (let i = 0; i < 8; i++) await dispatchEvents(ctx, [listen]).catch(() => {})
  expect(await countLetters()).toBe(1)
  expect(await dispatchEvents(ctx, [listen])).toBe(0)
})
