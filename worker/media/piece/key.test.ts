import { expect, test } from 'vitest'
import { isKeySample } from './key.ts'

const nal = (...bytes: number[]) => [0, 0, 0, bytes.length, ...bytes]
const isKey = (format: string, ...bytes: number[]) => isKeySample(format, 4, Uint8Array.from(bytes))

test('H.264 is a key by its kind, by its recovery point, or by slices that refer to nothing', () => {
  expect(isKey('avc1', ...nal(0x65, 0x88))).toBe(true)
  expect(isKey('avc1', ...nal(0x06, 6, 1, 0x84), ...nal(0x41, 0x9a))).toBe(true)
  expect(isKey('avc1', ...nal(0x06, 5, 1, 0x84), ...nal(0x41, 0x9a))).toBe(false) // P
  expect(isKey('avc3', ...nal(0x41, 0x88))).toBe(true) // I
  expect(isKey('avc1', ...nal(0x09, 0xf0))).toBe(true) // nothing told
})

test('HEVC is a key where it may be entered', () => {
  expect(isKey('hvc1', ...nal(0x40, 1), ...nal(0x26, 1))).toBe(true) // IDR
  expect(isKey('hev1', ...nal(0x2a, 1))).toBe(true) // CRA
  expect(isKey('hvc1', ...nal(0x02, 1))).toBe(false)
})

test('H.263 and MPEG-4 say it in their headers', () => {
  expect(isKey('s263', 0, 0, 0x80, 0x02, 0x08, 0, 0, 0)).toBe(true)
  expect(isKey('s263', 0, 0, 0x80, 0x02, 0x0a, 0, 0, 0)).toBe(false)
  expect(isKey('mp4v', 0, 0, 1, 0xb6, 0x10)).toBe(true)
  expect(isKey('mp4v', 0, 0, 1, 0xb6, 0x50)).toBe(false)
})

test('other pictures are believed', () => {
  expect(isKey('apcn', 1, 2, 3)).toBe(true)
  expect(isKey('jpeg')).toBe(true)
})
