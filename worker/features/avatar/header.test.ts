import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJpegHeader } from './jpeg.ts'
import { readPngHeader } from './png.ts'
import { exif, jpeg, paint, webp, withSegment } from './test/paint.ts'
import { readWebpHeader } from './webp.ts'

test('a JPEG says its size, and how to turn it', async () => {
  const file = await paint('70x38', jpeg)
  const plain = { kind: 'jpeg', widthPx: 70, heightPx: 38, orientation: 1 }
  expect(readJpegHeader(file)).toEqual(plain)
  expect(readJpegHeader(withSegment(file, exif(6)))).toEqual({ ...plain, orientation: 6 })
  expect(readJpegHeader(withSegment(file, exif(9)))).toEqual(plain)
})

test('a JPEG of a thousand scans is not begun', async () => {
  const scans = Buffer.from('\xff\xda\0\x08\x01\x01\0\0\x3f\0'.repeat(1000), 'latin1')
  expect(readJpegHeader(Buffer.concat([await paint('16x16', jpeg), scans]))).toBeUndefined()
})

test('a WebP says its size in each of its three ways', async () => {
  const size = { kind: 'webp', widthPx: 70, heightPx: 38, orientation: 1 }
  expect(readWebpHeader(await paint('70x38', webp))).toEqual(size)
  expect(readWebpHeader(await paint('70x38', [...webp, '-lossless', '1']))).toEqual(size)
  const extended = Buffer.alloc(40)
  extended.write('RIFF\0\0\0\0WEBPVP8X', 'latin1')
  extended.set([69, 0, 0, 37, 0, 1], 24)
  expect(readWebpHeader(extended)).toEqual({ ...size, heightPx: 65_536 + 38 })
})

test('no bytes make a reader of headers throw', async () => {
  const starts = [await paint('16x16', jpeg), await paint('16x16', webp), exif(6)]
  const damaged = fc.tuple(fc.constantFrom(...starts), fc.nat(), fc.uint8Array({ maxLength: 40 }))
  fc.assert(
    fc.property(damaged, ([start, at, bytes]) => {
      const file = Buffer.from(start)
      file.set(bytes.slice(0, file.length), at % Math.max(1, file.length - bytes.length))
      for (const read of [readJpegHeader, readPngHeader, readWebpHeader]) {
        read(file)
        read(file.subarray(0, at % file.length))
        read(withSegment(starts[0]!, file))
      }
    }),
  )
})
