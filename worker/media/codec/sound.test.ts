import { describe, expect, test } from 'vitest'
import { describeAac } from './aac.ts'
import { readEsds } from './descriptor.ts'
import { describeMpegAudio } from './mpeg-audio.ts'
import { describeOpus, toDops } from './opus.ts'

const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

describe('AAC', () => {
  test.each([
    ['1190', 'mp4a.40.2', 2, 48_000, 'stereo at 48 kHz'],
    ['1208', 'mp4a.40.2', 1, 44_100, 'mono at 44.1 kHz'],
    ['123056e500', 'mp4a.40.2', 6, 44_100, 'an extension that says there is none'],
    ['131056e598', 'mp4a.40.5', 2, 48_000, 'HE-AAC said where old decoders do not look'],
    ['130856e59d4880', 'mp4a.40.29', 2, 48_000, 'HE-AAC v2 said there'],
    ['2b118800', 'mp4a.40.5', 2, 48_000, 'HE-AAC said at once'],
    ['eb098800', 'mp4a.40.29', 2, 48_000, 'HE-AAC v2 said at once, from one channel'],
    ['178003e810', 'mp4a.40.2', 2, 2000, 'a rate in 24 bits'],
  ])('%s is %s', (config, codecs, channels, sampleRateHz) => {
    expect(describeAac(bytes(config))).toMatchObject({
      codec: 'aac',
      codecs,
      channels,
      sampleRateHz,
    })
  })

  test('the core of HE-AAC runs at half the rate', () => {
    expect(describeAac(bytes('131056e598')).coreSampleRateHz).toBe(24_000)
  })

  test.each([
    ['0990', 'Main'],
    ['1194', '960 samples a packet'],
    ['1180', 'channels laid out by the stream'],
    ['f8e85000', 'ELD'],
  ])('what browsers do not take is another codec: %s, %s', (config) => {
    expect(describeAac(bytes(config)).codec).toBe('other')
  })

  test('a rate that does not exist is damage', () => {
    expect(() => describeAac(bytes('1690'))).toThrow('sample rate')
    expect(() => describeAac(bytes('11'))).toThrow('cut off')
  })
})

describe('esds', () => {
  const decoder = '04114015000000000000000000000005021190'
  const aac =
    '00000000038080802500010004808080174015000000000534080002a2a50580808005123056e500068080800102'

  test('holds the configuration of AAC, with long and with short lengths', () => {
    const { objectType, config } = readEsds(bytes(aac))
    expect(objectType).toBe(0x40)
    expect(Buffer.from(config!).toString('hex')).toBe('123056e500')
    const short = bytes(`000000000319000000${decoder}060102`)
    expect(Buffer.from(readEsds(short).config!).toString('hex')).toBe('1190')
  })

  test('names MP3 without a configuration', () => {
    const mp3 = '00000000038080801b000100048080800d6b150000000000fed50000fed5068080800102'
    expect(readEsds(bytes(mp3))).toEqual({ objectType: 0x6b, config: null })
  })

  test('skips what the flags announce', () => {
    const header = '00000000031f0001e0aaaa026162bbbb'
    expect(readEsds(bytes(header + decoder)).objectType).toBe(0x40)
  })
})

test('a packet of MPEG sound names its layer, rate and channels', () => {
  expect(describeMpegAudio(bytes('fffb94c4'))).toMatchObject({
    codec: 'mp3',
    channels: 1,
    sampleRateHz: 48_000,
  })
  expect(describeMpegAudio(bytes('fff38400'))).toMatchObject({ codec: 'mp3', sampleRateHz: 24_000 })
  expect(describeMpegAudio(bytes('fffd8404'))).toMatchObject({ codec: 'other', channels: 2 })
  expect(describeMpegAudio(bytes('21100504'))).toBeNull()
})

describe('Opus', () => {
  test('channels and pre-skip', () => {
    expect(describeOpus(bytes('000101380000bb80000000'))).toEqual({
      codec: 'opus',
      codecs: 'opus',
      channels: 1,
      sampleRateHz: 48_000,
      preSkip: 312,
    })
  })

  test('an OpusHead becomes the body of dOps', () => {
    const head = bytes('4f707573486561640102380180bb0000000000')
    expect(Buffer.from(toDops(head)).toString('hex')).toBe('000201380000bb80000000')
  })

  test('a mapping that is cut off is damage', () => {
    expect(() => describeOpus(bytes('000601380000bb80000001'))).toThrow('mapping')
  })
})
