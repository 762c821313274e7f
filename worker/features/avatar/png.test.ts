import { deflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { decodePng, readPngHeader } from './png.ts'
import { paint, png, readPixels } from './test/paint.ts'

/** Sizes that are no whole bytes, and leave some passes shorter. */
const odd = ['-vf', 'format=rgba,crop=37:23']

test.each([
  ...['gray', 'monob', 'ya8', 'pal8', 'rgb24', 'rgba', 'gray16be', 'ya16be', 'rgb48be', 'rgba64be'],
])('pixels of %s are those that ffmpeg reads, interlaced or not', async (format) => {
  for (const flags of [
    ['-pred', 'mixed'],
    ['-flags', '+ildct'],
  ]) {
    const file = await paint('40x30', [...odd, ...png, '-pix_fmt', format, ...flags])
    const { data, width, height } = await decodePng(file)
    expect([width, height]).toEqual([37, 23])
    const wanted = await readPixels(file)
    const furthest = data.reduce((far, value, i) => Math.max(far, Math.abs(value - wanted[i]!)), 0)
    // Of 16 bits ffmpeg rounds where the upper eight are taken here.
    expect(furthest).toBeLessThanOrEqual(/16|48|64/.test(format) ? 1 : 0)
  }
})

const chunk = (kind: string, body: Uint8Array) => {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(body.length)
  return Buffer.concat([size, Buffer.from(kind), body, Buffer.alloc(4)])
}
const make = (width: number, height: number, [depth, colour]: number[], chunks: Buffer[]) => {
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([depth!, colour!], 8)
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', head), ...chunks, chunk('IEND', Buffer.alloc(0))])
}
const lines = (...bytes: number[]) => chunk('IDAT', deflateSync(Buffer.from(bytes)))

test('a colour that is named clear is clear, and no other', async () => {
  const clear = chunk('tRNS', Buffer.from([0, 1, 0, 2, 0, 3]))
  const file = make(2, 1, [8, 2], [clear, lines(0, 1, 2, 3, 1, 2, 4)])
  expect([...(await decodePng(file)).data]).toEqual([1, 2, 3, 0, 1, 2, 4, 255])
})

test('a palette of four colours is read by two bits, also beyond its end', async () => {
  const palette = chunk('PLTE', Buffer.from([9, 8, 7, 6, 5, 4]))
  const file = make(
    3,
    1,
    [2, 3],
    [palette, chunk('tRNS', Buffer.from([128])), lines(0, 0b00011100)],
  )
  expect([...(await decodePng(file)).data]).toEqual([9, 8, 7, 128, 6, 5, 4, 255, 0, 0, 0, 255])
})

test.each([
  ['fewer pixels than it says', make(2, 2, [8, 0], [lines(0, 1, 2)])],
  ['no pixels', make(2, 2, [8, 0], [])],
  ['a filter that is not', make(1, 1, [8, 0], [lines(5, 1)])],
  ['a colour type that is not', make(1, 1, [8, 5], [lines(0, 1)])],
  ['no depth', make(1, 1, [0, 0], [lines(0, 1)])],
  ['half a stream', make(1, 1, [8, 0], [chunk('IDAT', Buffer.from([0x78, 0x9c, 0x63]))])],
])('%s is an error', async (_, file) => {
  await expect(decodePng(file)).rejects.toThrow()
})

test('what stands behind the last pixel is not even inflated', async () => {
  const file = make(1, 1, [8, 0], [lines(0, 7, ...new Uint8Array(50_000))])
  expect([...(await decodePng(file)).data]).toEqual([7, 7, 7, 255])
})

test('the size stands in the header', () => {
  expect(readPngHeader(make(16_000, 16_001, [8, 0], []))).toMatchObject({
    ...{ kind: 'png', widthPx: 16_000, heightPx: 16_001 },
  })
  expect(readPngHeader(Buffer.from('GIF89a'.padEnd(40)))).toBeUndefined()
})
