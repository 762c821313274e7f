import { expect, test } from 'vitest'
import { retry } from './retry.ts'

const { signal } = new AbortController()
const hasty = { signal, maxDelayMs: 0 }

/** Fails so many times, and then gives how often it was tried. */
function failing(times: number, onTry: (moved: () => void) => void = () => {}) {
  let tries = 0
  return (moved: () => void) => {
    onTry(moved)
    return ++tries > times ? Promise.resolve(tries) : Promise.reject(new Error(`try ${tries}`))
  }
}

test('patience counts time and no tries', async () => {
  expect(await retry(failing(50), { ...hasty, patienceMs: 60_000 })).toBe(51)
  await expect(retry(failing(50), { ...hasty, patienceMs: 0 })).rejects.toThrow('try 1')
})

test('so many tries are made and no more, unless one of them got somewhere', async () => {
  await expect(retry(failing(9), { ...hasty, tries: 3 })).rejects.toThrow('try 3')
  expect(
    await retry(
      failing(9, (moved) => moved()),
      { ...hasty, tries: 3 },
    ),
  ).toBe(10)
})

test('what is for good ends it at once, and so does the signal', async () => {
  const isForGood = () => true
  await expect(retry(failing(9), { ...hasty, isForGood })).rejects.toThrow('try 1')
  const stopping = new AbortController()
  const stop = failing(9, () => stopping.abort(new Error('enough')))
  const stopped = retry(stop, { maxDelayMs: 0, patienceMs: 60_000, signal: stopping.signal })
  await expect(stopped).rejects.toThrow('enough')
})
