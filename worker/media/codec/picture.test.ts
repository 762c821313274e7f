import { assert, property, uint8Array } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MediaError } from '../film.ts'
import { describeAac } from './aac.ts'
import { describeAv1 } from './av1.ts'
import { describeAvc, readAvcSets } from './avc.ts'
import { readEsds } from './descriptor.ts'
import { describeHevc } from './hevc.ts'
import { describeOpus } from './opus.ts'
import { toPixelAspect } from './picture.ts'
import { describeVp9 } from './vp9.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

/** Configurations as x264 writes them; what they mean is what ffprobe says of the same files. */
const avc = {
  baseline1080p:
    '0142c029ffe1001c6742c029da01e0089f970e6a02020280000003008000001e078c195001000468ce0fc8',
  fields:
    '0164001effe1001a6764001eacd940a063f3e022000003000200000300783e28532c01000668fba3cb22c0fdf8f800',
  high422:
    '017a001effe1001b677a001eb6cd940a02ff89c044000003000400000300f03c58b65801000768ebe3cb3002c0fefafa00',
  high444:
    '01f4000dffe1001967f4000d919b28283f6022000003000200000300781e28532c01000668ebe3c44844fff8f800',
  fullRange:
    '0142c01effe1001e6742c01ed900a02ff97ff001f00116c8000003000800000301e078b1724001000568cb83cb20',
}

describe('H.264', () => {
  test('size, colour and pixel aspect are read from the parameter set', () => {
    expect(describeAvc(bytes(avc.baseline1080p))).toEqual({
      codec: 'avc',
      codecs: 'avc1.42c029',
      codedWidthPx: 1920,
      codedHeightPx: 1080,
      bitDepth: 8,
      chroma: '4:2:0',
      isInterlaced: false,
      pixelAspect: [4, 3],
      colour: { primaries: 1, transfer: 1, matrix: 1, isFullRange: false },
    })
  })

  test('a stream that may hold fields is interlaced', () => {
    const facts = describeAvc(bytes(avc.fields))
    expect(facts).toMatchObject({ codecs: 'avc1.64001e', isInterlaced: true, colour: null })
    expect([facts.codedWidthPx, facts.codedHeightPx]).toEqual([640, 360])
  })

  test('depth and chroma are told apart, scaling matrices or not', () => {
    const [ten, full] = [describeAvc(bytes(avc.high422)), describeAvc(bytes(avc.high444))]
    expect(ten).toMatchObject({ bitDepth: 10, chroma: '4:2:2', codedWidthPx: 640 })
    expect(full).toMatchObject({ bitDepth: 8, chroma: '4:4:4', codedWidthPx: 320 })
    expect(full.codedHeightPx).toBe(240)
  })

  test('full range is known without a colour, and so is an aspect of its own', () => {
    const colour = { primaries: 2, transfer: 2, matrix: 2, isFullRange: true }
    expect(describeAvc(bytes(avc.fullRange))).toMatchObject({ colour, pixelAspect: [31, 17] })
  })

  test('the sets are handed out whole', () => {
    const { lengthBytes, sps, pps } = readAvcSets(bytes(avc.fields))
    expect(lengthBytes).toBe(4)
    expect(sps.map((set) => set[0])).toEqual([0x67])
    expect(Buffer.from(pps[0]!).toString('hex')).toBe('68fba3cb22c0')
  })

  test('a configuration without sets describes nothing', () => {
    expect(describeAvc(bytes('0164001effe000')).codec).toBe('other')
  })
})

describe('H.265, VP9 and AV1', () => {
  const hevc = '0102200000009000000000003ff000fcfdfafa00000f04'

  test('the string of H.265 has its flags in the order that browsers expect', () => {
    const facts = describeHevc(bytes(hevc))
    expect(facts).toMatchObject({ codec: 'hevc', codecs: 'hvc1.2.4.L63.90' })
    expect(facts).toMatchObject({ bitDepth: 10, chroma: '4:2:0', isInterlaced: false })
  })

  test('VP9 names chroma and colour only where they are unusual', () => {
    expect(describeVp9(bytes('010000000015820202020000'))).toMatchObject({
      codecs: 'vp09.00.21.08',
      chroma: '4:2:0',
      colour: null,
    })
    expect(describeVp9(bytes('010000000315a50202010000'))).toMatchObject({
      codecs: 'vp09.03.21.10.02.02.02.01.01',
      bitDepth: 10,
      chroma: '4:2:2',
      colour: { isFullRange: true, matrix: 1 },
    })
  })

  test('AV1 has level, tier and depth', () => {
    expect(describeAv1(bytes('81010c000a0b0000'))).toMatchObject({
      codecs: 'av01.0.01M.08',
      bitDepth: 8,
      chroma: '4:2:0',
    })
    expect(describeAv1(bytes('8108ec00'))).toMatchObject({
      codecs: 'av01.0.08H.12',
      bitDepth: 12,
    })
  })
})

test('absurd pixel shapes count as unknown', () => {
  expect(toPixelAspect(1280, 1281)).toEqual([1280, 1281])
  expect(toPixelAspect(40, 30)).toEqual([4, 3])
  expect(toPixelAspect(0, 1)).toBeNull()
  expect(toPixelAspect(100, 1)).toBeNull()
})

test('any bytes are described or damaged, never another error', () => {
  const readers = [describeAvc, describeHevc, describeVp9, describeAv1]
  const all = [...readers, describeAac, describeOpus, readEsds]
  const check = (config: Uint8Array) => {
    for (const describeIt of all) {
      try {
        describeIt(config)
      } catch (error) {
        if (!(error instanceof MediaError) || error.problem !== 'damaged') throw error
      }
    }
  }
  assert(property(uint8Array({ maxLength: 80 }), check), { numRuns: 300 })
  const seed = bytes(avc.high422)
  const flip = property(uint8Array({ minLength: seed.length, maxLength: seed.length }), (noise) =>
    check(seed.map((byte, i) => (noise[i]! < 16 ? byte ^ noise[i]! : byte))),
  )
  assert(flip, { numRuns: 300 })
})
