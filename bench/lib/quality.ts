import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** An ffmpeg with libvmaf; Debian's has none, and then SSIM is all that there is. */
const vmafProgram = process.env['VMAF_FFMPEG']
export const measureName = vmafProgram ? 'VMAF' : 'SSIM × 100'
/** Every picture would tell the same, and take as many times as long. */
const everyFrames = 6

/**
 * How each of these files looks when it is shown at the size of `reference`, 0 to 100, as the mean
 * over every sixth picture: VMAF where there is a program for it, else SSIM of the light × 100.
 */
export async function measureQuality(reference: string, files: string[]): Promise<number[]> {
  const pick = `select='not(mod(n,${everyFrames}))'`
  const measure = vmafProgram ? 'libvmaf' : 'ssim'
  const graph = [
    `[0:v]${pick},split=${files.length}${files.map((_, i) => `[r${i}]`).join('')}`,
    ...files.flatMap((_, i) => [
      `[${i + 1}:v]${pick},scale=1920:1080:flags=bicubic[d${i}]`,
      `[d${i}][r${i}]${measure}@${i}[o${i}]`,
    ]),
  ].join(';')
  const sinks = files.flatMap((_, i) => ['-map', `[o${i}]`, '-f', 'null', '-'])
  const { stderr } = await promisify(execFile)(
    vmafProgram ?? 'ffmpeg',
    [
      ...['-hide_banner', '-nostdin', '-nostats'],
      ...[reference, ...files].flatMap((file) => ['-i', file]),
      ...['-filter_complex', graph, ...sinks],
    ],
    { maxBuffer: 1e8 },
  )
  return files.map((_, i) => {
    const said = new RegExp(`${measure}@${i} @ [^\\]]*\\] (?:VMAF score: |SSIM Y:)([\\d.]+)`).exec(
      stderr,
    )
    if (!said) throw new Error(`No score came out for ${files[i]}:\n${stderr.slice(-2000)}`)
    return Number(said[1]) * (vmafProgram ? 1 : 100)
  })
}

export interface Point {
  kbps: number
  quality: number
}

/** Bits in logarithms, straight between the points; a point that costs more for less is left out. */
function line(points: Point[]): (quality: number) => number {
  const sorted = points
    .filter((a) => !points.some((b) => b !== a && b.kbps <= a.kbps && b.quality > a.quality))
    .toSorted((a, b) => a.quality - b.quality)
  return (quality) => {
    const i = Math.max(
      1,
      sorted.findIndex((point) => point.quality >= quality),
    )
    const [from, to] = [sorted[i - 1]!, sorted[i]!]
    const share = (quality - from.quality) / (to.quality - from.quality)
    return Math.log(from.kbps) + share * Math.log(to.kbps / from.kbps)
  }
}

/**
 * Share of the bits of `theirs` that `ours` saves at equal quality: mean over the qualities that
 * both ladders reach, as Bjøntegaard's rate but with straight lines. ITU-T VCEG-M33.
 */
export function savedAtEqualQuality(ours: Point[], theirs: Point[]): number {
  const qualities = (points: Point[]) => points.map(({ quality }) => quality)
  const from = Math.max(Math.min(...qualities(ours)), Math.min(...qualities(theirs)))
  const to = Math.min(Math.max(...qualities(ours)), Math.max(...qualities(theirs)))
  if (to <= from) throw new Error('The ladders have no quality in common')
  const [a, b] = [line(ours), line(theirs)]
  const steps = Array.from({ length: 100 }, (_, i) => from + ((i + 0.5) / 100) * (to - from))
  const mean = steps.reduce((sum, quality) => sum + a(quality) - b(quality), 0) / steps.length
  return 1 - Math.exp(mean)
}

/** How much more is seen, in the mean, by viewers whose networks carry one rung of `theirs`. */
export function seenMore(ours: Point[], theirs: Point[]): number {
  const gains = theirs.map(({ kbps, quality }) => {
    const carried = ours.filter((point) => point.kbps <= kbps)
    const best = Math.max(...(carried.length ? carried : ours.slice(-1)).map((p) => p.quality))
    return best - quality
  })
  return gains.reduce((sum, gain) => sum + gain, 0) / gains.length
}
