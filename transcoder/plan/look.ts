/** A small grey picture of the film, and what can be told from it. */
export interface Look extends Features {
  atSeconds: number
  isKey: boolean
}

export interface Features {
  /** Mean, 0 black to 255 white. */
  light: number
  /** How many different greys there are, 0 to 1: blank pictures and titles have few. */
  entropy: number
  /** How hard its hardest edges are. Says something beside other pictures of the film only. */
  sharpness: number
  /** 32 × 18 means, stretched over the picture. */
  thumb: Uint8Array
}

interface Size {
  widthPx: number
  heightPx: number
}

const longSidePx = 320
const thumbColumns = 32
const thumbRows = 18
/** Of a film under this, frames between the key frames are looked at too. */
const shortSeconds = 24
const shortLooks = 24
const maxLooks = 600

/** Large enough to tell sharp from soft, and small enough for hundreds of them. */
export function lookSize({ widthPx, heightPx }: Size): Size {
  const scale = Math.min(1, longSidePx / Math.max(widthPx, heightPx))
  const shrink = (px: number) => Math.max(2, Math.round((px * scale) / 2) * 2)
  return { widthPx: shrink(widthPx), heightPx: shrink(heightPx) }
}

/** Grey pictures, with a log line each that `readMoment` understands. */
export function lookFilters({ widthPx, heightPx }: Size, durationSeconds: number): string {
  const isShort = durationSeconds < shortSeconds
  const gap = (durationSeconds / (isShort ? shortLooks : maxLooks)).toFixed(4)
  const isDue = `(isnan(prev_selected_t)+gte(t-prev_selected_t,${gap}))`
  return [
    `select='${isShort ? isDue : `${isDue}*key`}'`,
    `scale=${widthPx}:${heightPx}:flags=area:out_range=pc`,
    'format=gray',
    'showinfo=checksum=0',
  ].join(',')
}

/** When a picture is shown, from its log line; null of any other line. */
export function readMoment(line: string): Pick<Look, 'atSeconds' | 'isKey'> | null {
  const found = /\bn:\s*\d+ pts:.*\bpts_time:(-?[\d.]+).*\biskey:([01])/.exec(line)
  return found && { atSeconds: Math.max(0, Number(found[1])), isKey: found[2] === '1' }
}

/** `grey` is one byte a pixel, row by row. */
export function measureLook(grey: Uint8Array, size: Size): Features {
  const counts = new Uint32Array(64)
  let sum = 0
  for (const value of grey) {
    counts[value >> 2]!++
    sum += value
  }
  let entropy = 0
  for (const count of counts) {
    const share = count / grey.length
    if (share > 0) entropy -= (share * Math.log2(share)) / 6 // bits of 64 greys
  }
  return {
    light: sum / grey.length,
    entropy,
    sharpness: measureEdges(grey, size),
    thumb: shrink(grey, size),
  }
}

/** The mean of the hardest twentieth: a sharp face before a soft ground is a sharp picture. */
function measureEdges(grey: Uint8Array, { widthPx, heightPx }: Size): number {
  const counts = new Uint32Array(1021)
  let total = 0
  for (let y = 1; y < heightPx - 1; y++) {
    for (let at = y * widthPx + 1, end = at + widthPx - 2; at < end; at++) {
      const across = grey[at - 1]! + grey[at + 1]!
      const along = grey[at - widthPx]! + grey[at + widthPx]!
      counts[Math.abs(4 * grey[at]! - across - along)]!++
      total++
    }
  }
  const wanted = Math.max(1, Math.ceil(total / 20))
  let taken = 0
  let sum = 0
  for (let edge = counts.length - 1; edge > 0 && taken < wanted; edge--) {
    const take = Math.min(counts[edge]!, wanted - taken)
    taken += take
    sum += take * edge
  }
  return sum / wanted
}

function shrink(grey: Uint8Array, { widthPx, heightPx }: Size): Uint8Array {
  const thumb = new Uint8Array(thumbColumns * thumbRows)
  for (let row = 0; row < thumbRows; row++) {
    const top = Math.floor((row * heightPx) / thumbRows)
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * heightPx) / thumbRows))
    for (let column = 0; column < thumbColumns; column++) {
      const left = Math.floor((column * widthPx) / thumbColumns)
      const right = Math.max(left + 1, Math.floor(((column + 1) * widthPx) / thumbColumns))
      let sum = 0
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++) sum += grey[y * widthPx + x]!
      }
      thumb[row * thumbColumns + column] = sum / ((bottom - top) * (right - left))
    }
  }
  return thumb
}
