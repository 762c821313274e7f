import { expect, test } from 'vitest'
import { isIdr } from './idr.ts'
import { avc } from './test/track.ts'

const nal = (type: number, ...rest: number[]) => [0, 0, 0, 1 + rest.length, 0x60 | type, ...rest]
const sample = (...nals: number[][]) => Uint8Array.from(nals.flat())
const [delimiter, sei, sps] = [9, 6, 7]

test('a slice of type 5 starts a group, whatever lies before it', () => {
  expect(isIdr(avc.config!, sample(nal(5, 1)))).toBe(true)
  expect(
    isIdr(avc.config!, sample(nal(delimiter, 9), nal(sps, 5), nal(sei, 5, 5), nal(5, 1))),
  ).toBe(true)
})

test('a key frame from which decoding only recovers does not', () => {
  expect(isIdr(avc.config!, sample(nal(sei, 6, 1), nal(1, 1)))).toBe(false)
})

test('lengths are as long as the configuration says', () => {
  const twoBytes = Uint8Array.from([1, 100, 0, 30, 253])
  expect(isIdr(twoBytes, Uint8Array.from([0, 2, 0x65, 0]))).toBe(true)
  expect(isIdr(twoBytes, Uint8Array.from([0, 2, 0x61, 0]))).toBe(false)
})

test('bytes that tell nothing are given the benefit of the doubt', () => {
  expect(isIdr(avc.config!, new Uint8Array())).toBe(true)
  expect(isIdr(avc.config!, sample(nal(sei, 1)).subarray(0, 5))).toBe(true)
  expect(isIdr(avc.config!, new Uint8Array(100))).toBe(true)
})
