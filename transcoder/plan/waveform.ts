import type { Command } from './command.ts'
import { jpegOptions } from './images.ts'

export const waveformSize = { widthPx: 1280, heightPx: 720 }

type Colour = [red: number, green: number, blue: number]

/** Of web/ui/tokens.css, dark: sunken, raised, action, and action-soft. */
const edge: Colour = [10, 15, 14]
const ground: Colour = [30, 39, 37]
const bright: Colour = [125, 211, 195]
const dim: Colour = [38, 92, 84]

const barCount = 72
const barPx = 8
const pitchPx = 14
const tallestPx = 360
const gap = 0.5

const mix = (from: number, to: number, share: number) => from + (to - from) * share

/**
 * A height for each bar, 0 to 1: the loud half of its time, beside the loudest bar, so that a quiet
 * recording has a shape too. The root shows speech between shouts.
 */
export function toBars(peaks: number[], count = barCount): number[] {
  const levels = Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * peaks.length) / count)
    const to = Math.max(from + 1, Math.floor(((i + 1) * peaks.length) / count))
    const loud = peaks.slice(from, to).toSorted((a, b) => b - a)
    const half = loud.slice(0, Math.max(1, loud.length >> 1))
    return half.reduce((sum, peak) => sum + peak, 0) / Math.max(1, half.length)
  })
  const loudest = Math.max(1, ...levels)
  return levels.map((level) => Math.sqrt(level / loudest) ** 1.3)
}

/** How much of a pixel a standing capsule around the origin covers. */
function cover(x: number, y: number, halfHeight: number): number {
  const radius = barPx / 2
  const beyond = Math.max(0, Math.abs(y) - (halfHeight - radius))
  return Math.min(1, Math.max(0, radius - Math.hypot(x, beyond) + gap))
}

/** Light from the middle, so that the picture is no flat black among other posters. */
function paintGround(pixels: Uint8Array): void {
  const { widthPx, heightPx } = waveformSize
  for (let y = 0, at = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const far = Math.hypot((x / widthPx - 0.5) * 1.5, (y / heightPx - 0.5) * 1.7)
      const share = Math.max(0, 1 - far) ** 1.5
      // Noise of half a step: without it the slow gradient would show bands.
      const grain = (((x * 73_856_093) ^ (y * 19_349_663)) & 255) / 255 - 0.5
      for (let c = 0; c < 3; c++) pixels[at++] = mix(edge[c]!, ground[c]!, share) + 0.5 + grain
    }
  }
}

/** RGB, a calm picture of a sound: rounded bars, mirrored, brightest in the middle of loud ones. */
export function drawWaveform(peaks: number[]): Uint8Array {
  const { widthPx, heightPx } = waveformSize
  const pixels = new Uint8Array(widthPx * heightPx * 3)
  paintGround(pixels)
  const firstX = (widthPx - (barCount - 1) * pitchPx) / 2
  for (const [i, level] of toBars(peaks).entries()) {
    const middle = firstX + i * pitchPx
    const halfHeight = Math.max(barPx / 2, (level * tallestPx) / 2)
    const [left, top] = [Math.floor(middle - barPx), Math.floor(heightPx / 2 - halfHeight - 2)]
    for (let y = top; y < heightPx - top; y++) {
      const height = y + 0.5 - heightPx / 2
      const shine = 0.3 + 0.7 * level * (1 - 0.8 * (Math.abs(height) / halfHeight) ** 2)
      for (let x = left; x < middle + barPx; x++) {
        const share = cover(x + 0.5 - middle, height, halfHeight)
        const at = (y * widthPx + x) * 3
        for (let c = 0; c < 3; c++) {
          pixels[at + c] = mix(pixels[at + c]!, mix(dim[c]!, bright[c]!, shine), share)
        }
      }
    }
  }
  return pixels
}

/** `pixelsPath` holds what `drawWaveform` drew. */
export const toWaveformCommand = (pixelsPath: string, posterPath: string): Command => ({
  inputs: [
    {
      options: [
        ...['-protocol_whitelist', 'file', '-f', 'rawvideo', '-pixel_format', 'rgb24'],
        ...['-video_size', `${waveformSize.widthPx}x${waveformSize.heightPx}`],
      ],
      path: `file:${pixelsPath}`,
    },
  ],
  outputs: [
    {
      options: ['-frames:v', '1', '-update', '1', '-vf', 'scale=out_range=pc', ...jpegOptions(2)],
      path: posterPath,
    },
  ],
})
