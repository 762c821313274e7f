import { expect, test, vi } from 'vitest'
import {
  createTokenKeeper,
  findToken,
  planEnd,
  planRenewal,
  withToken,
  type Grant,
} from './token.ts'

const url = (token: string, path = 'master.m3u8') => `https://l.test/p/${token}/v/vid_1/${path}`
const grant = (token: string, endsMs: number): Grant => ({
  hlsUrl: url(token),
  expiresAt: new Date(endsMs).toISOString(),
})
const HOUR = 3_600_000

test('the token of a media address is found and exchanged', () => {
  expect(findToken(url('k1.abc.def', 'e/enc_1/a1/720p/seg_00000.m4s'))).toBe('k1.abc.def')
  expect(withToken(url('old', 'e/enc_1/seg.m4s'), 'new')).toBe(url('new', 'e/enc_1/seg.m4s'))
})

test('an address without a token stays as it is', () => {
  expect(findToken('https://l.test/poster.jpg')).toBeUndefined()
  expect(withToken('https://l.test/v/vid_1/x', 'new')).toBe('https://l.test/v/vid_1/x')
})

test('a token with a dollar sign is put in literally', () =>
  expect(withToken(url('old'), 'a$&b')).toBe(url('a$&b')))

test('renewal comes five minutes before the end, or a fifth of a short life', () => {
  expect(planRenewal(0, HOUR)).toBe(HOUR - 300_000)
  expect(planRenewal(0, 10_000)).toBe(8000)
  expect(planEnd(0, HOUR)).toBe(HOUR - 2000)
  expect(planEnd(0, 10_000)).toBe(9000)
})

test('a token that still lives is used without asking', async () => {
  const renew = vi.fn<() => Promise<Grant>>()
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => 0, renew })
  expect(await keeper.fresh(url('old', 'a'))).toBe(url('old', 'a'))
  expect(renew).not.toHaveBeenCalled()
})

test('while the old token lives, requests share a renewal beside them and wait for none', async () => {
  let now = 0
  const { promise, resolve } = Promise.withResolvers<Grant>()
  const renew = vi.fn(() => promise)
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => now, renew })
  now = HOUR - 60_000
  const urls = await Promise.all([keeper.fresh(url('old', 'a')), keeper.fresh(url('old', 'b'))])
  expect(urls).toEqual([url('old', 'a'), url('old', 'b')])
  resolve(grant('new', 2 * HOUR))
  await promise
  await expect.poll(() => keeper.apply(url('old', 'c'))).toBe(url('new', 'c'))
  expect(renew).toHaveBeenCalledTimes(1)
})

test('where the old token has ended, as after a sleep, requests wait for one renewal', async () => {
  let now = 0
  const renew = vi.fn(() => Promise.resolve(grant('new', 3 * HOUR)))
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => now, renew })
  now = 2 * HOUR
  const urls = await Promise.all([keeper.fresh(url('old', 'a')), keeper.fresh(url('old', 'b'))])
  expect(urls).toEqual([url('new', 'a'), url('new', 'b')])
  expect(renew).toHaveBeenCalledTimes(1)
})

test('a renewal that fails is tried again with growing waits while the old token lives', async () => {
  const renew = vi.fn(() => Promise.reject(new Error('offline')))
  let now = 0
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => now, renew })
  const triesAt = async (ms: number) => {
    now = ms
    expect(await keeper.fresh(url('old'))).toBe(url('old'))
    return renew.mock.calls.length
  }
  const start = HOUR - 300_000
  expect(await triesAt(start)).toBe(1)
  expect(await triesAt(start + 999)).toBe(1)
  expect(await triesAt(start + 1000)).toBe(2)
  expect(await triesAt(start + 2999)).toBe(2)
  expect(await triesAt(start + 3000)).toBe(3)
  expect(await triesAt(HOUR - 1)).toBe(4)
  expect(await triesAt(HOUR)).toBe(5) // it has ended: each request tries
})

test('a refused token is renewed before the next request, and only once', async () => {
  const renew = vi.fn(() => Promise.resolve(grant('new', 2 * HOUR)))
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => 0, renew })
  expect(keeper.refuse(url('old', 'a'))).toBe(true)
  expect(keeper.hasEnded()).toBe(false)
  expect(await keeper.fresh(url('old', 'a'))).toBe(url('new', 'a'))
  // A request of before comes back refused: its token is not the one in use.
  keeper.refuse(url('old', 'b'))
  expect(await keeper.fresh(url('old', 'b'))).toBe(url('new', 'b'))
  expect(renew).toHaveBeenCalledTimes(1)
})

test('without a way to renew, a refusal is the last word', async () => {
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => 2 * HOUR })
  expect(keeper.refuse(url('old'))).toBe(false)
  expect(keeper.hasEnded()).toBe(true)
  expect(await keeper.fresh(url('old'))).toBe(url('old'))
})

test('a token that has just come lives, whatever a wrong clock says', async () => {
  const renew = vi.fn(() => Promise.resolve(grant('new', 2 * HOUR)))
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => 24 * HOUR, renew })
  expect(await keeper.fresh(url('old'))).toBe(url('new'))
  expect(await keeper.fresh(url('old'))).toBe(url('new'))
  expect(renew).toHaveBeenCalledTimes(1)
})

test('an asked renewal tells of its failure', async () => {
  const keeper = createTokenKeeper(grant('old', HOUR), {
    now: () => 0,
    renew: () => Promise.reject(new Error('gone')),
  })
  await expect(keeper.renew()).rejects.toThrow('gone')
})

test('each kind of token is followed by the next of its kind, over several renewals', async () => {
  const both = (media: string, pictures: string): Grant => ({
    ...grant(media, HOUR),
    storyboardUrl: url(pictures, 'storyboard.vtt'),
  })
  const grants = [both('m2', 'p2'), both('m3', 'p3')]
  const keeper = createTokenKeeper(both('m1', 'p1'), {
    now: () => 0,
    renew: () => Promise.resolve(grants.shift()!),
  })
  await keeper.renew()
  await keeper.renew()
  expect(keeper.apply(url('m1', 'seg.m4s'))).toBe(url('m3', 'seg.m4s'))
  expect(keeper.apply(url('m2', 'seg.m4s'))).toBe(url('m3', 'seg.m4s'))
  expect(keeper.apply(url('p1', 'storyboard_0.jpg'))).toBe(url('p3', 'storyboard_0.jpg'))
  expect(keeper.apply(url('other', 'poster.jpg'))).toBe(url('other', 'poster.jpg'))
})

test('a grant that came by another way is used from then on', () => {
  const keeper = createTokenKeeper(grant('old', HOUR), { now: () => 0 })
  keeper.adopt(grant('new', 2 * HOUR))
  expect(keeper.apply(url('old', 'seg.m4s'))).toBe(url('new', 'seg.m4s'))
})
