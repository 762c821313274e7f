import { afterAll, expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { checkOutputs } from './run/check.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish } from './test/attempt.ts'
import { ffmpeg, makeFolder } from './test/clip.ts'
import { render } from './test/render.ts'

const folder = makeFolder()
afterAll(folder.remove)
const slow = { timeout: 60_000 }
const rate = 48_000
const soundAlone = { ladder: [] }

/** What a listener hears, a list of samples for each channel. */
function decode(file: string, channels: number): Float32Array[] {
  const bytes = ffmpeg('-i', file, '-f', 'f32le', '-c:a', 'pcm_f32le', '-')
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2)
  return Array.from({ length: channels }, (_, channel) =>
    all.filter((_sample, i) => i % channels === channel),
  )
}

const level = (samples: Float32Array) =>
  Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length)
const peak = (samples: Float32Array) =>
  samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const middle = (samples: Float32Array) => samples.subarray(rate * 0.3, rate * 0.8)

/** How much of one frequency there is in a sound, as the amplitude of its sine. */
function amplitude(samples: Float32Array, hertz: number): number {
  let [re, im] = [0, 0]
  for (const [i, value] of samples.entries()) {
    const angle = (2 * Math.PI * hertz * i) / rate
    re += value * Math.cos(angle)
    im += value * Math.sin(angle)
  }
  return (2 * Math.hypot(re, im)) / samples.length
}

interface Track {
  /** A formula for each channel, of `t`. */
  channels: string[]
  layout: string
  seconds?: number
  tags?: string[]
}

/** A file of sounds alone, each track as it is written here. */
function makeSounds(name: string, tracks: Track[], options: string[] = []): string {
  const file = folder.path(name)
  const inputs = tracks.map(
    ({ channels, layout, seconds = 1 }) =>
      `aevalsrc='${channels.join('|')}':c=${layout}:s=${rate}:d=${seconds}`,
  )
  ffmpeg(
    ...inputs.flatMap((input) => ['-f', 'lavfi', '-i', input]),
    ...tracks.flatMap(({ tags = [] }, i) => [
      ...['-map', `${i}`],
      ...tags.flatMap((tag) => [`-metadata:s:a:${i}`, tag]),
    ]),
    ...['-c:a', 'pcm_s16le', ...options, '-f', 'matroska', file],
  )
  return file
}

const sine = (hertz: number, gain = 0.5) => `${gain}*sin(2*PI*${hertz}*t)`

test('5.1 is kept channel by channel, and folded as the ITU says', slow, async () => {
  const tones = [300, 500, 700, 60, 900, 1100] // left, right, centre, low, the two behind
  const channels = tones.map((hertz) => sine(hertz, 0.15))
  const file = makeSounds('full.mka', [{ channels, layout: '5.1' }])
  const { files, plan, outDir } = await render(file, soundAlone)
  expect(plan.audios.map(({ name }) => name)).toEqual(['audio', 'audio51'])
  const [, surround] = await checkOutputs(plan, { outDir })
  expect(surround?.rendition).toMatchObject({ channels: 6, codecs: 'mp4a.40.2', track: 0 })

  const full = decode(files['audio51']!, 6)
  for (const [i, hertz] of tones.entries()) {
    const each = tones.map((_, channel) => amplitude(middle(full[channel]!), hertz))
    expect(each[i], `${hertz} Hz`).toBeCloseTo(0.15, 1)
    expect(Math.max(...each.filter((_, channel) => channel !== i))).toBeLessThan(0.02)
  }
  const [left] = decode(files['audio']!, 2) as [Float32Array]
  const heard = tones.map((hertz) => amplitude(middle(left), hertz) / 0.15)
  for (const [i, share] of [1, 0, Math.SQRT1_2, 0, Math.SQRT1_2, 0].entries()) {
    expect(Math.abs(heard[i]! - share), `${tones[i]} Hz`).toBeLessThan(0.06)
  }
})

test('a loud film is limited where it is folded, and nothing is late for it', slow, async () => {
  const loud = Array.from({ length: 6 }, () => `${sine(440, 0.99)}*gt(t,0.5)`)
  const { files } = await render(
    makeSounds('loud.mka', [{ channels: loud, layout: '5.1' }]),
    soundAlone,
  )
  const [left] = decode(files['audio']!, 2) as [Float32Array]
  const tail = left.subarray(rate * 0.6)
  expect(peak(tail)).toBeLessThanOrEqual(1.05)
  expect(level(tail)).toBeGreaterThan(0.5)
  const start = left.findIndex((value) => Math.abs(value) > 0.2) / rate
  expect(Math.abs(start - 0.5)).toBeLessThan(0.002)
})

test('each language is a track, all of the length of the film', slow, async () => {
  const stereo = (hertz: number, seconds: number, ...tags: string[]) => ({
    ...{ channels: [sine(hertz), sine(hertz)], layout: 'stereo', seconds, tags },
  })
  const file = makeSounds('many.mka', [
    stereo(300, 2, 'language=eng'),
    stereo(500, 1, 'language=deu'),
    stereo(700, 3, 'language=eng', 'title=Commentary'),
    stereo(900, 2, 'language=eng'),
  ])
  const { files, plan, outDir } = await render(file, soundAlone)
  const made = await checkOutputs(plan, { outDir })
  expect(made.map(({ rendition, durationSeconds }) => [rendition.name, durationSeconds])).toEqual(
    ['audio', 'audio2', 'audio3'].map((name) => [name, expect.closeTo(2, 1)]),
  )
  expect(made.map(({ rendition }) => rendition)).toMatchObject([
    { language: 'eng', label: null, track: 0 },
    { language: 'deu', label: null, track: 1 },
    { language: 'eng', label: 'Commentary', track: 2 },
  ])
  const tones = { audio: 300, audio2: 500, audio3: 700 }
  for (const [name, hertz] of Object.entries(tones)) {
    const [left] = decode(files[name]!, 2) as [Float32Array]
    expect(amplitude(middle(left), hertz), name).toBeCloseTo(0.5, 1)
  }
})

test('a mix in 5.1 that is longer than its stereo ends with it', slow, async () => {
  const full = Array.from({ length: 6 }, () => sine(300, 0.1))
  const file = makeSounds('twins.mka', [
    { channels: [sine(300), sine(300)], layout: 'stereo' },
    { channels: full, layout: '5.1', seconds: 2 },
  ])
  const { plan, outDir } = await render(file, soundAlone)
  const made = await checkOutputs(plan, { outDir })
  expect(made.map(({ rendition, durationSeconds }) => [rendition.name, durationSeconds])).toEqual([
    ['audio', expect.closeTo(1, 1)],
    ['audio51', expect.closeTo(1, 1)],
  ])
})

test('microphones and spheres are heard as they can be, mono on both sides', slow, async () => {
  const sixteen = Array.from({ length: 16 }, (_, i) => sine(200 + i * 100, 0.3)).join('|')
  const many = folder.path('sixteen.wav')
  ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${sixteen}':c=16c:s=${rate}:d=1`, many)
  const [left, right] = decode((await render(many, soundAlone)).files['audio']!, 2)
  expect(amplitude(middle(left!), 200)).toBeCloseTo(0.3, 1)
  expect(amplitude(middle(right!), 300)).toBeCloseTo(0.3, 1)
  expect(amplitude(middle(left!), 400)).toBeLessThan(0.02)

  const sphere = folder.path('sphere.mkv')
  const four = [300, 500, 700, 900].map((hertz) => sine(hertz, 0.3)).join('|')
  const opus = ['-c:a', 'libopus', '-mapping_family', '2']
  ffmpeg('-f', 'lavfi', '-i', `aevalsrc='${four}':c=4c:s=${rate}:d=1`, ...opus, sphere)
  const [front] = decode((await render(sphere, soundAlone)).files['audio']!, 2)
  expect(amplitude(middle(front!), 300)).toBeGreaterThan(0.15)
  expect(amplitude(middle(front!), 500)).toBeLessThan(0.02)

  const mono = makeSounds('mono.mka', [{ channels: [sine(300)], layout: 'mono' }])
  for (const side of decode((await render(mono, soundAlone)).files['audio']!, 2)) {
    expect(amplitude(middle(side), 300)).toBeGreaterThan(0.3)
  }
})

test('an encode reports every sound, an opening the first one', slow, async () => {
  const film = folder.path('film.mkv')
  const [full, stereo] = ['anoisesrc=d=1:a=0.1', 'sine=d=1'].map((each) => [
    '-f',
    'lavfi',
    '-i',
    each,
  ])
  ffmpeg(
    ...['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=1', ...full!, ...stereo!],
    ...['-map', '0', '-map', '1', '-map', '2', '-c:v', 'libx264', '-preset', 'ultrafast'],
    ...['-c:a', 'ac3', '-ac:a:0', '6', '-metadata:s:a:1', 'language=fra', film],
  )
  const scratch = await openScratchRoot(folder.path('scratch'))
  const soundsOf = async (kind: 'encode' | 'opening') => {
    const { report } = await publish(scratch, film, { kind, ladder: defaultLadder.slice(-1) })
    return report.renditions.flatMap((each) =>
      each.kind === 'audio' ? [[each.name, each.channels, each.track, each.language]] : [],
    )
  }
  expect(await soundsOf('encode')).toEqual([
    ['audio', 2, 0, null],
    ['audio51', 6, 0, null],
    ['audio2', 2, 1, 'fra'],
  ])
  expect(await soundsOf('opening')).toEqual([['audio', 2, 0, null]])
})
