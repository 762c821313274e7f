import { createRoot } from 'solid-js'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAutosave } from './autosave.ts'

interface Fields {
  title?: string
  poster?: number
}

let hidePage: () => void

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('addEventListener', (_name: string, run: () => void) => (hidePage = run))
  vi.stubGlobal('removeEventListener', () => undefined)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Saves that end when the test says so. */
function setUp() {
  const calls: { change: Fields; end: () => void; fail: () => void }[] = []
  const autosave = createRoot(() =>
    createAutosave<Fields>(
      (change) =>
        new Promise<void>((resolve, reject) =>
          calls.push({ change, end: resolve, fail: () => reject(new Error('No network')) }),
        ),
    ),
  )
  return { autosave, calls, changes: () => calls.map(({ change }) => change) }
}

test('choices that follow a save are merged into the next one', async () => {
  const { autosave, calls, changes } = setUp()
  for (const poster of [1, 2, 3]) autosave.choose({ poster })
  expect(changes()).toEqual([{ poster: 1 }])
  calls[0]!.end()
  await vi.waitFor(() => expect(changes()).toEqual([{ poster: 1 }, { poster: 3 }]))
  calls[1]!.end()
  await vi.waitFor(() => expect(autosave.state()).toBe('saved'))
})

test('what is typed waits for a pause', () => {
  const { autosave, changes } = setUp()
  autosave.type({ title: 'Eb' })
  vi.advanceTimersByTime(500)
  autosave.type({ title: 'Ebb' })
  vi.advanceTimersByTime(500)
  expect(changes()).toEqual([])
  vi.advanceTimersByTime(200)
  expect(changes()).toEqual([{ title: 'Ebb' }])
})

test('a field that is held is not saved', () => {
  const { autosave, changes } = setUp()
  autosave.type({ title: 'E' })
  autosave.hold('title')
  vi.advanceTimersByTime(1000)
  expect(changes()).toEqual([])
})

test('nothing is being saved once the only field that was typed in is held', () => {
  const { autosave } = setUp()
  autosave.type({ title: 'E' })
  expect(autosave.state()).toBe('waiting')
  autosave.hold('title')
  expect(autosave.state()).toBe('idle')
})

test('a field that is held does not keep another from being saved', () => {
  const { autosave, changes } = setUp()
  autosave.type({ poster: 2 })
  vi.advanceTimersByTime(300)
  autosave.type({ title: 'E' })
  autosave.hold('title')
  expect(autosave.state()).toBe('waiting')
  vi.advanceTimersByTime(600)
  expect(changes()).toEqual([{ poster: 2 }])
})

test('a page that goes away sends what waits for an answer, too', async () => {
  const { autosave, calls, changes } = setUp()
  autosave.choose({ poster: 1 })
  autosave.type({ title: 'Ebb' })
  hidePage()
  expect(changes()).toEqual([{ poster: 1 }, { poster: 1, title: 'Ebb' }])
  calls[0]!.fail() // the second carries it
  calls[1]!.end()
  await vi.waitFor(() => expect(autosave.state()).toBe('saved'))
  hidePage()
  expect(changes()).toHaveLength(2)
})

test('a failure keeps the change, and a later one wins over it', async () => {
  const { autosave, calls, changes } = setUp()
  autosave.choose({ poster: 1, title: 'Ebb' })
  calls[0]!.fail()
  await vi.waitFor(() => expect(autosave.state()).toBe('failed'))
  expect(autosave.error()).toMatchObject({ message: 'No network' })
  autosave.choose({ poster: 2 })
  expect(changes().at(-1)).toEqual({ poster: 2, title: 'Ebb' })
})
