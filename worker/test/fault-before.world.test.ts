import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFaultyWorld } from './fault-run.ts'
import { failShortFilm } from './fault-short.ts'

let close: () => Promise<void>
beforeAll(async () => {
  close = await openFaultyWorld()
})
afterAll(() => close())

test(
  'a call that fails before it happens leaves one ready video, then nothing',
  { timeout: 600_000 },
  async () => {
    const fired = await failShortFilm('before')
    expect(fired.length).toBeGreaterThan(40)
    expect(new Set(fired).size).toBeGreaterThan(8)
  },
)
