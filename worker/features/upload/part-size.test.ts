import { expect, test } from 'vitest'
import { partBytes, partSizeFor } from '#contracts/upload.ts'

const [kibibyte, mebibyte, gibibyte] = [2 ** 10, 2 ** 20, 2 ** 30]

test.each([
  ['a clip', 1, 4 * mebibyte],
  ['one gibibyte', gibibyte, 4 * mebibyte],
  ['one byte more', gibibyte + 1, 5 * mebibyte],
  ['a film', 3 * gibibyte, 12 * mebibyte],
  ['the largest that 256 parts take', 8 * gibibyte, 32 * mebibyte],
  ['a day of recording', 50 * gibibyte, 32 * mebibyte],
  ['the largest that 9000 usual parts take', 9000 * 32 * mebibyte, 32 * mebibyte],
  ['one byte more', 9000 * 32 * mebibyte + 1, 33 * mebibyte],
])('%s of %i bytes has parts of %i bytes', (_name, sizeBytes, expected) => {
  expect(partSizeFor(sizeBytes)).toBe(expected)
})

test('whatever its size, a file has at most 9000 parts of whole mebibytes that add up to it', () => {
  for (let sizeBytes = kibibyte; sizeBytes < 2 ** 42; sizeBytes = Math.floor(sizeBytes * 1.37)) {
    const size = partSizeFor(sizeBytes)
    const count = Math.ceil(sizeBytes / size)
    expect([size % mebibyte, count <= 9000]).toEqual([0, true])
    expect((count - 1) * size + partBytes(sizeBytes, size, count)).toBe(sizeBytes)
  }
})
