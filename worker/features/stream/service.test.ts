import { expect, test } from 'vitest'
import type { Level } from '#contracts/narrow.ts'
import type { Opened } from '../delivery/access.ts'
import type { MediaPath } from '../delivery/path.ts'
import { combine } from '../delivery/rights.ts'
import type { MediaCtx } from '../delivery/state.ts'
import { requirePlace } from './service.ts'

const start = Date.UTC(2026, 10, 20, 12)
const master: Pick<MediaPath, 'kind' | 'file'> = { kind: 'watch', file: { from: 'master' } }
const segment: typeof master = { kind: 'watch', file: { from: 'stored', key: 'seg' } }
const picture: typeof master = { kind: 'image', file: { from: 'stored', key: 'poster' } }
const request = (address = '198.51.100.7', program = 'Player/1') =>
  new Request('https://video.example.com/p/', {
    headers: { 'cf-connecting-ip': address, 'user-agent': program },
  })

let links = 0
function openedBy(levels: Level[], maxStreamsPerViewer: number | null = null): Opened {
  const link = ++links
  const rights = combine([{ x: start / 1000 + 3600 }, ...levels])
  const counterKeys = new Map(levels.map((_, index) => [index + 1, `${link} ${index}`]))
  return {
    grant: { videoId: 'vid_1', epoch: 0, rights, counterKeys },
    state: { workspaceId: 'wsp_1', durationMs: 60_000, maxStreamsPerViewer },
  } as unknown as Opened
}

/** Counters that answer `verdict`; each call is noted. */
function counters(verdict: (key: string) => number | undefined = () => start + 3600_000) {
  const calls: string[] = []
  const deferred: Promise<unknown>[] = []
  let gate: Promise<void> | undefined
  const note = (key: string, name: string) => async () => {
    calls.push(`${name} ${key.split(':')[0]}`)
    await gate
    return verdict(key)
  }
  /** Until the answer is called, no counter answers. */
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    return resolve
  }
  const getByName = (key: string) => ({
    begin: note(key, 'begin'),
    find: note(key, 'find'),
    stream: note(key, 'stream'),
    leave: note(key, 'leave'),
  })
  const at = (ms: number) =>
    ({
      env: { VIEWING: { getByName } },
      config: { REFRESH_SECRET: 'a secret of thirty-two characters' },
      now: start + ms,
      defer: (work: Promise<unknown>) => void deferred.push(work),
    }) as unknown as MediaCtx
  return { calls, at, hold, settle: () => Promise.all(deferred) }
}

test('without a limit nothing is asked, hashed or looked up', async () => {
  const nothing = new Proxy({}, { get: (_, name) => expect.unreachable(String(name)) })
  for (const opened of [openedBy([]), openedBy([{ u: 'ada' }]), openedBy([{ h: 360 }], 2)]) {
    for (const path of [master, segment, picture]) {
      await requirePlace(nothing as MediaCtx, opened, path, nothing as Request)
    }
  }
})

test('pictures and captions are no play', async () => {
  const { calls, at } = counters()
  await requirePlace(at(0), openedBy([{ p: 1, m: 1 }]), picture, request())
  expect(calls).toEqual([])
})

test('a minute of film costs a call each ten seconds, and no segment waits for them', async () => {
  const { calls, at, hold, settle } = counters()
  const opened = openedBy([{ m: 2, p: 3 }])
  await requirePlace(at(0), opened, master, request())
  expect(calls).toEqual(['stream streams', 'begin plays'])
  for (let ms = 500; ms <= 60_000; ms += 500) {
    const release = hold()
    await requirePlace(at(ms), opened, segment, request())
    release()
    await settle()
  }
  expect(calls.slice(2)).toEqual(Array.from({ length: 6 }, () => 'stream streams'))
})

test('a segment looks for its play, and a reload begins none', async () => {
  const { calls, at } = counters()
  const opened = openedBy([{ p: 3 }])
  await requirePlace(at(0), opened, segment, request())
  await requirePlace(at(1), opened, master, request())
  expect(calls).toEqual(['find plays'])
})

test('another network, program, play or session is another device; one of IPv6 is a network', async () => {
  const { calls, at } = counters()
  const opened = openedBy([{ p: 3 }])
  const other = { ...opened, grant: { ...opened.grant, rights: { ...opened.grant.rights } } }
  other.grant.rights.playId = 'another-play'
  await requirePlace(at(0), opened, master, request())
  await requirePlace(at(0), opened, master, request('198.51.100.8'))
  await requirePlace(at(0), opened, master, request('198.51.100.7', 'Player/2'))
  await requirePlace(at(0), other, master, request())
  expect(calls).toHaveLength(4)
  await requirePlace(at(0), opened, master, request('2001:db8::1'))
  await requirePlace(at(0), opened, master, request('2001:db8::2'))
  expect(calls).toHaveLength(5)
})

test('who finds no play left gives the place back that they took', async () => {
  const { calls, at, settle } = counters((key) => (key.startsWith('plays') ? undefined : start + 1))
  const refused = requirePlace(at(0), openedBy([{ p: 1, m: 1 }]), master, request())
  await expect(refused).rejects.toMatchObject({ code: 'playback_denied', status: 403 })
  await settle()
  expect(calls).toEqual(['stream streams', 'begin plays', 'leave streams'])
})

test('who finds no place uses up no play', async () => {
  const { calls, at } = counters((key) => (key.startsWith('streams') ? undefined : start + 1))
  const refused = requirePlace(at(0), openedBy([{ p: 1, m: 1 }]), master, request())
  await expect(refused).rejects.toMatchObject({ code: 'streams_limit', status: 403 })
  expect(calls).toEqual(['stream streams'])
})

test('a narrowed link asks its own count first, then that of the link it came from', async () => {
  const keys: string[] = []
  const { at } = counters((key) => {
    keys.push(key)
    return key.endsWith('1') ? undefined : start + 1
  })
  const opened = openedBy([{ p: 5 }, { p: 1 }])
  await expect(requirePlace(at(0), opened, master, request())).rejects.toThrow('as often as it may')
  expect(keys).toEqual([`plays:${links} 1`])
})

test('a viewer is counted over all videos; naming one later makes no new count', async () => {
  const keys: string[] = []
  const { at } = counters((key) => {
    keys.push(key)
    return start + 1
  })
  await requirePlace(at(0), openedBy([{ u: 'ada', m: 2 }]), master, request())
  await requirePlace(at(0), openedBy([{ m: 2 }, { u: 'eve' }]), master, request())
  await requirePlace(at(0), openedBy([{ u: 'ann' }], 3), master, request())
  expect(keys).toEqual(['viewer:wsp_1:ada', `streams:${links - 1} 0`, 'viewer:wsp_1:ann'])
})
