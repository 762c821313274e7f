import { afterEach, expect, test, vi } from 'vitest'
import { failureOfMedia, failureOfRenewal, isFinal, readRefusal } from './failure.ts'

afterEach(() => void vi.unstubAllGlobals())
const requestId = 'req_1'

test.each([
  [{ status: 403 }, true, 'expired'],
  [{ status: 403 }, false, 'refused'],
  [{ status: 401 }, false, 'refused'],
  [{ status: 404 }, false, 'missing'],
  [{ status: 410 }, true, 'missing'],
  [{ status: 429, code: 'streams_limit' }, false, 'busy'],
  [{ status: 403, code: 'streams_limit' }, true, 'busy'],
  [{ status: 429, code: 'rate_limited' }, false, 'network'],
  [{ status: 503 }, false, 'network'],
  [{}, false, 'network'],
])('media that answers %j, its link ended: %s, is %s', (refusal, hasEnded, kind) => {
  expect(failureOfMedia({ ...refusal, requestId }, hasEnded)).toEqual({ kind, requestId })
})

test.each([
  [{ status: 404 }, 'withdrawn'],
  [{ status: 403 }, 'withdrawn'],
  [{ status: 401 }, 'expired'],
  [{ status: 409, code: 'streams_limit' }, 'busy'],
  [{ status: 500 }, 'network'],
  [new TypeError('Failed to fetch'), 'network'],
  [undefined, 'network'],
])('a renewal that answers %j is %s', (error, kind) => {
  expect(failureOfRenewal(error).kind).toBe(kind)
})

test('without a connection the fault is there, and asking again may help', () => {
  vi.stubGlobal('navigator', { onLine: false })
  expect(failureOfMedia({}, false).kind).toBe('offline')
  expect(failureOfRenewal(new TypeError('Failed to fetch')).kind).toBe('offline')
  expect(isFinal({ kind: 'offline' })).toBe(false)
  expect(isFinal({ kind: 'network' })).toBe(false)
  expect(isFinal({ kind: 'busy' })).toBe(true)
})

const answer = (response: unknown) =>
  ({ status: 403, response, getResponseHeader: () => 'req_1' }) as unknown as XMLHttpRequest

test('code and id are read from text and from bytes, and a body that is neither does no harm', () => {
  const text = JSON.stringify({ code: 'playback_denied' })
  const known = { status: 403, code: 'playback_denied', requestId }
  expect(readRefusal(answer(text))).toEqual(known)
  expect(readRefusal(answer(new TextEncoder().encode(text).buffer))).toEqual(known)
  expect(readRefusal(answer('<html>'))).toEqual({ status: 403, requestId })
  expect(readRefusal(answer(null))).toEqual({ status: 403, requestId })
})
