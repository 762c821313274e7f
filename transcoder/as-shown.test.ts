import { readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe, makeFolder } from './test/clip.ts'
import { decodeFrame, render } from './test/render.ts'

/** Each film here is made from numbers, and what comes out is held against those numbers. */

const folder = makeFolder()
afterAll(folder.remove)
const slow = { timeout: 60_000 }
const grid = { widthPx: 256, heightPx: 128, columns: 4, rows: 2 }
type Rgb = [number, number, number]

const quick = { kind: 'opening' } as const

/** A film of one still picture that `pixels` gives as raw frames of `format`. */
function makeStill(name: string, format: string, pixels: Buffer, options: string[]): string {
  const file = folder.path(name)
  writeFileSync(`${file}.raw`, pixels)
  ffmpeg(
    ...['-f', 'rawvideo', '-pix_fmt', format, '-s', `${grid.widthPx}x${grid.heightPx}`, '-r', '5'],
    ...['-i', `${file}.raw`, '-vf', 'loop=loop=2:size=1', ...options, '-f', 'matroska', file],
  )
  return file
}

/** Planes of samples, a flat colour a field of the grid: `planes[field]` has one of each plane. */
function paint(planes: number[][], bytesEach: 1 | 2): Buffer {
  const { widthPx, heightPx, columns, rows } = grid
  const buffers = planes[0]!.map((_, plane) => {
    const buffer = Buffer.alloc(widthPx * heightPx * bytesEach)
    for (let y = 0; y < heightPx; y++) {
      for (let x = 0; x < widthPx; x++) {
        const field =
          Math.floor((y * rows) / heightPx) * columns + Math.floor((x * columns) / widthPx)
        const value = planes[field]![plane]!
        const at = (y * widthPx + x) * bytesEach
        if (bytesEach === 2) buffer.writeUInt16LE(value, at)
        else buffer.writeUInt8(value, at)
      }
    }
    return buffer
  })
  return Buffer.concat(buffers)
}

const near = (actual: number[], expected: readonly number[], tolerance: number) =>
  actual.every((value, i) => Math.abs(value - expected[i]!) <= tolerance)

async function show(file: string, size: Partial<typeof grid> = {}) {
  const { files, plan } = await render(file, quick)
  const name = plan.videos[0]!.name
  const { at } = decodeFrame(files[name]!)
  return (x: number, y: number) => at({ ...grid, ...size }, x, y)
}

const colours: Rgb[] = [
  ...([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]] as Rgb[]), // prettier-ignore
  ...([[0, 0, 0], [128, 128, 128], [200, 150, 40], [40, 120, 200]] as Rgb[]), // prettier-ignore
]
/** Planes of gbrp, the order in which ffmpeg keeps them. */
const painted = paint(colours.map(([r, g, b]) => [g, b, r]), 1) // prettier-ignore

const toYuv = (matrix: string, range: string, format: string) => [
  ...['-vf', `zscale=rin=full:m=${matrix}:r=${range},format=${format},loop=loop=2:size=1`],
  ...['-c:v', 'libx264', '-qp', '1', '-color_range', range === 'full' ? 'pc' : 'tv'],
  ...['-colorspace', matrix, '-color_primaries', 'bt709', '-color_trc', 'bt709'],
]

test.each([
  ['limited range', toYuv('bt709', 'limited', 'yuv420p')],
  ['full range', toYuv('bt709', 'full', 'yuv420p')],
  ['ten bits, 4:4:4', toYuv('bt709', 'limited', 'yuv444p10le')],
  ['4:2:2, another matrix', toYuv('smpte170m', 'limited', 'yuv422p')],
  ['RGB', ['-c:v', 'libx264rgb', '-qp', '1']],
])('colours come out as they went in: %s', slow, async (name, options) => {
  const at = await show(makeStill(name, 'gbrp', painted, options))
  for (const [i, colour] of colours.entries()) {
    const actual = at(i % 4, Math.floor(i / 4))
    expect(near(actual, colour, 9), `${name}: ${actual} for ${colour}`).toBe(true)
  }
})

test('RGB of 720 lines is converted by the matrix that it is named by', slow, async () => {
  const size = { widthPx: 1280, heightPx: 720 }
  const options = ['-vf', 'scale=1280:720:flags=neighbor', '-c:v', 'libx264rgb', '-qp', '1']
  const at = await show(makeStill('large', 'gbrp', painted, options), size)
  expect(near(at(1, 0), colours[1]!, 9), `${at(1, 0)}`).toBe(true)
  expect(near(at(2, 0), colours[2]!, 9), `${at(2, 0)}`).toBe(true)
})

/** SMPTE ST 2084: 10,000 cd/m² → 1. */
function toPq(nits: number): number {
  const power = (nits / 10_000) ** (2610 / 16_384)
  const [c1, c2, c3] = [3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32]
  return ((c1 + c2 * power) / (1 + c3 * power)) ** ((2523 / 4096) * 128)
}

/** ITU-R BT.2100 HLG of a grey on a display of 1000 cd/m², whose system gamma is 1.2. */
function toHlg(nits: number): number {
  const scene = (nits / 1000) ** (1 / 1.2)
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073]
  return scene <= 1 / 12 ? Math.sqrt(3 * scene) : a * Math.log(12 * scene - b) + c
}

/** The signal that the tone curve gives: hable, 1000 cd/m² at the top, then BT.1886 backwards. */
function toneMapped(nits: number): number {
  const curve = (x: number) =>
    (x * (x * 0.15 + 0.05) + 0.004) / (x * (x * 0.15 + 0.5) + 0.06) - 0.02 / 0.3
  const light = Math.min(1, curve(nits / 100) / curve(10))
  return 255 * light ** (1 / 2.4)
}

const greys = [0, 5, 26, 58, 100, 203, 400, 1000]
const encodeTen = (transfer: string, more: string[] = []) => [
  ...['-c:v', 'libx264', '-qp', '1', '-pix_fmt', 'yuv420p10le', '-colorspace', 'bt2020nc'],
  ...['-color_primaries', 'bt2020', '-color_trc', transfer, '-color_range', 'tv', ...more],
]
/** Encoders take names of colours from the frames; before version 8 their options won. */
const named = (transfer: string) => [
  '-vf',
  `loop=loop=2:size=1,setparams=color_trc=${transfer}:color_primaries=bt2020:colorspace=bt2020nc`,
]
const greyClip = (curve: (nits: number) => number) =>
  paint(
    greys.map((nits) => [Math.round(64 + 876 * curve(nits)), 512, 512]),
    2,
  )

test.each([
  ['PQ', toPq, 'smpte2084'],
  ['HLG', toHlg, 'arib-std-b67'],
] as const)('light of %s keeps its order and has no tint', slow, async (name, curve, transfer) => {
  const file = makeStill(name, 'yuv444p10le', greyClip(curve), encodeTen(transfer, named(transfer)))
  const at = await show(file)
  const shown = greys.map((_, i) => at(i % 4, Math.floor(i / 4)))
  for (const [i, [r, g, b]] of shown.entries()) {
    expect(Math.max(r!, g!, b!) - Math.min(r!, g!, b!), `${greys[i]} cd/m²`).toBeLessThanOrEqual(4)
    expect(Math.abs(g! - toneMapped(greys[i]!)), `${greys[i]} cd/m²: ${g}`).toBeLessThanOrEqual(6)
  }
  // Mid grey (26 cd/m²) and paper white (203): ITU-R BT.2408 has them at 38 and 75 % of HLG.
  expect(shown[2]![1]! / 255).toBeCloseTo(0.38, 1)
  expect(shown[5]![1]! / 255).toBeCloseTo(0.75, 1)
})

test('a film that says nothing of its light looks like one that does', slow, async () => {
  const bright = 'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)'
  const light = [
    '-x265-params',
    `log-level=none:lossless=1:max-cll=4000,400:${bright}L(40000000,1)`,
  ]
  const tags = encodeTen('smpte2084', named('smpte2084')).map((o) =>
    o === 'libx264' ? 'libx265' : o,
  )
  const told = await show(makeStill('told', 'yuv444p10le', greyClip(toPq), [...tags, ...light]))
  for (const [i, nits] of greys.entries()) {
    const value = told(i % 4, Math.floor(i / 4))[1]!
    expect(Math.abs(value - toneMapped(nits)), `${nits} cd/m²`).toBeLessThanOrEqual(6)
  }
})

test('colours of BT.2020 in SDR become those of BT.709', slow, async () => {
  const options = [
    ...['-vf', 'zscale=rin=full:pin=709:tin=709:p=2020:t=2020_10:m=2020_ncl:r=limited'],
    ...encodeTen('bt2020-10'),
  ]
  const at = await show(makeStill('wide', 'gbrp', painted, options))
  for (const i of [3, 5, 6, 7]) {
    const actual = at(i % 4, Math.floor(i / 4))
    expect(near(actual, colours[i]!, 10), `${actual} for ${colours[i]}`).toBe(true)
  }
})

/** The eight ways to hold a camera, as a display matrix: x' = ax + cy, y' = bx + dy. */
const matrices = [
  [1, 0, 0, 1], [0, 1, -1, 0], [-1, 0, 0, -1], [0, -1, 1, 0],
  [-1, 0, 0, 1], [1, 0, 0, -1], [0, 1, 1, 0], [0, -1, -1, 0],
] // prettier-ignore

test('turned and mirrored pictures are upright, each of the eight', slow, async () => {
  const plain = folder.path('plain.mp4')
  const corners = [[0, 1], [2, 3]].flat() // prettier-ignore
  const square = { ...grid, columns: 2 }
  const four = paint(
    [0, 0, 1, 1, 2, 2, 3, 3].map((corner) => [
      colours[corner]![1],
      colours[corner]![2],
      colours[corner]![0],
    ]),
    1,
  )
  const still = makeStill('corners', 'gbrp', four, toYuv('bt709', 'limited', 'yuv420p'))
  ffmpeg('-i', still, '-c', 'copy', plain)
  const bytes = readFileSync(plain)
  const matrixAt = bytes.indexOf('tkhd') + 44
  for (const [a, b, c, d] of matrices as [number, number, number, number][]) {
    const turned = Buffer.from(bytes)
    const values = [a * 65_536, b * 65_536, 0, c * 65_536, d * 65_536, 0, 0, 0, 2 ** 30]
    for (const [i, value] of values.entries()) turned.writeInt32BE(value, matrixAt + i * 4)
    const file = folder.path(`turned ${a} ${b} ${c} ${d}.mp4`)
    writeFileSync(file, turned)
    const isSwapped = a === 0
    const size = isSwapped ? { widthPx: square.heightPx, heightPx: square.widthPx } : {}
    const at = await show(file, { ...size, columns: 2, rows: 2 })
    for (const corner of corners) {
      const [x, y] = [corner % 2 ? 1 : -1, corner > 1 ? 1 : -1]
      const [shownX, shownY] = [a * x + c * y, b * x + d * y]
      const actual = at(shownX > 0 ? 1 : 0, shownY > 0 ? 1 : 0)
      expect(near(actual, colours[corner]!, 12), `${[a, b, c, d]}: ${actual}`).toBe(true)
    }
  }
})

test('pixels that are not square become square ones', slow, async () => {
  const file = makeStill('wide.mkv', 'gbrp', painted, ['-vf', 'setsar=3/2', '-c:v', 'libx264'])
  const { files, plan } = await render(file, quick)
  const entries = 'stream=width,height,sample_aspect_ratio'
  const shown = ffprobe('-show_entries', entries, '-of', 'csv=p=0', files[plan.videos[0]!.name]!)
  expect(shown.trim()).toBe('384,128,1:1')
})

/** Rows that are unlike both of their neighbours while those are alike: what a comb looks like. */
function countCombs(file: string): number {
  const gray = ffmpeg(
    ...['-i', file, '-ss', '0.2', '-frames:v', '1', '-f', 'rawvideo', '-pix_fmt', 'gray', '-'],
  )
  let combs = 0
  for (let at = 320; at < gray.length - 320; at++) {
    const [above, here, below] = [gray[at - 320]!, gray[at]!, gray[at + 320]!]
    if (Math.abs(above - below) < 30 && Math.abs(here - above) > 100) combs++
  }
  return combs
}

test('fields become pictures, whether the container names them or not', slow, async () => {
  const moving = `color=black:s=320x240:r=50:d=0.6,geq=lum='if(between(mod(X-N*12\\,160)\\,0\\,40)\\,235\\,16)':cb=128:cr=128`
  const fields = ['-vf', 'interlace=lowpass=off', '-flags', '+ildct+ilme', '-q:v', '2']
  for (const [name, codec] of [
    ['said.mkv', 'mpeg2video'],
    ['unsaid.avi', 'mpeg4'],
  ] as const) {
    const file = folder.path(name)
    ffmpeg('-f', 'lavfi', '-i', moving, ...fields, '-c:v', codec, file)
    expect(countCombs(file), name).toBeGreaterThan(500)
    const { files, plan, source } = await render(file, quick)
    expect(source.picture).toMatchObject({ isInterlaced: true, rate: { num: 25, den: 1 } })
    expect(countCombs(files[plan.videos[0]!.name]!), name).toBeLessThan(50)
  }
})
