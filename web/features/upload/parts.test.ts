import { expect, test } from 'vitest'
import { backoffMs, isSameFile, missingParts, partBytes, storedBytes } from './parts.ts'

test('all parts are of one size and the last takes the rest', () => {
  expect([1, 2, 3].map((number) => partBytes(25, 10, number))).toEqual([10, 10, 5])
  expect(partBytes(10, 10, 1)).toBe(10)
})

test('the parts of a file add up to it', () => {
  const [sizeBytes, partSizeBytes] = [123_456_789, 4 * 2 ** 20]
  const count = Math.ceil(sizeBytes / partSizeBytes)
  const sizes = Array.from({ length: count }, (_, i) => partBytes(sizeBytes, partSizeBytes, i + 1))
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(sizeBytes)
})

test('only what the server lacks is sent again', () => {
  const parts = [
    { partNumber: 2, sizeBytes: 10 },
    { partNumber: 4, sizeBytes: 10 },
  ]
  expect(missingParts({ partCount: 5, parts })).toEqual([1, 5, 3])
  expect(storedBytes({ parts })).toBe(20)
})

test('the ends of a file go first, each part once', () => {
  const orderOf = (partCount: number) => missingParts({ partCount, parts: [] })
  expect(orderOf(7)).toEqual([1, 7, 6, 2, 3, 4, 5])
  expect(orderOf(235).slice(0, 8)).toEqual([1, 235, 234, 233, 232, 231, 2, 3])
  expect([1, 2, 3].map(orderOf)).toEqual([[1], [1, 2], [1, 3, 2]])
})

test('pauses double, are spread over their upper half and end at 30 s', () => {
  expect(backoffMs(1, 0)).toBe(250)
  expect(backoffMs(1, 1)).toBe(500)
  expect(backoffMs(3, 1)).toBe(2000)
  expect(backoffMs(20, 1)).toBe(30_000)
  expect(backoffMs(20, 0)).toBe(15_000)
})

test('a file is the same by name and size', () => {
  const upload = { fileName: 'a.mp4', sizeBytes: 7 }
  expect(isSameFile(upload, { name: 'a.mp4', size: 7 })).toBe(true)
  expect(isSameFile(upload, { name: 'a.mp4', size: 8 })).toBe(false)
  expect(isSameFile(upload, { name: 'b.mp4', size: 7 })).toBe(false)
})
