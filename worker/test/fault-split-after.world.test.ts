import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFaultyWorld } from './fault-run.ts'
import { failSplitFilm } from './fault-split.ts'

let close: () => Promise<void>
beforeAll(async () => {
  close = await openFaultyWorld()
})
afterAll(() => close())

test(
  'a call that happens and whose reply is lost leaves one ready film of many tasks, then nothing',
  { timeout: 600_000 },
  async () => {
    const fired = await failSplitFilm('after')
    expect(fired.length).toBeGreaterThan(100)
    expect(new Set(fired).size).toBeGreaterThan(8)
  },
)
