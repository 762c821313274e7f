import { expect, test } from 'vitest'
import { type Reading, readTogether } from './collapse.ts'

const object = (text: string) => ({
  body: new TextEncoder().encode(text),
  sizeBytes: text.length,
  etag: '"a"',
})

/** A storage that answers when it is told to. */
function createStorage() {
  let count = 0
  const waiting: ((reading: Reading) => void)[] = []
  const background: Promise<unknown>[] = []
  const get = (key: string) =>
    readTogether(
      key,
      (work) => void background.push(work),
      () => {
        count += 1
        return new Promise((resolve) => waiting.push(resolve))
      },
    )
  const answer = (reading: Partial<Reading>) =>
    waiting.shift()!({ stored: undefined, kept: Promise.resolve(), ...reading })
  return { get, answer, count: () => count, rest: () => Promise.all(background) }
}

test('who asks while one reads gets the same bytes; who asks later reads anew', async () => {
  const storage = createStorage()
  const asked = ['a', 'a', 'b', 'a'].map((key) => storage.get(key))
  expect(storage.count()).toBe(2)
  storage.answer({ stored: object('of a') })
  storage.answer({ stored: object('of b') })
  const found = await Promise.all(asked)
  expect(found.map((one) => `${Buffer.from(one!.body as Uint8Array)}`)).toEqual([
    'of a',
    'of a',
    'of b',
    'of a',
  ])
  await storage.rest()
  const later = storage.get('a')
  expect(storage.count()).toBe(3)
  storage.answer({})
  expect(await later).toBeUndefined()
})

test('the reading stands until a cache has it', async () => {
  const storage = createStorage()
  let keep = () => {}
  const kept = new Promise<void>((resolve) => (keep = resolve))
  const first = storage.get('c')
  storage.answer({ stored: object('c'), kept })
  await first
  expect((await storage.get('c'))?.sizeBytes).toBe(1)
  expect(storage.count()).toBe(1)
  keep()
  await storage.rest()
  void storage.get('c')
  expect(storage.count()).toBe(2)
  storage.answer({})
  await storage.rest()
})

test('a stream is its own request’s, and a failure too: the others read for themselves', async () => {
  const storage = createStorage()
  const [first, second] = [storage.get('d'), storage.get('d')]
  const { body: bytes, ...rest } = object('d')
  storage.answer({ stored: { ...rest, body: new Response(bytes).body! } })
  expect((await first)?.body).toBeInstanceOf(ReadableStream)
  await expect.poll(storage.count).toBe(2)
  storage.answer({ stored: object('d') })
  expect((await second)?.sizeBytes).toBe(1)

  const failing = readTogether(
    'e',
    () => {},
    () => Promise.reject(new Error('storage is away')),
  )
  const other = readTogether(
    'e',
    () => {},
    async () => ({ stored: object('e'), kept: Promise.resolve() }),
  )
  await expect(failing).rejects.toThrow('storage is away')
  expect((await other)?.sizeBytes).toBe(1)
})
