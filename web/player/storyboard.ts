export interface Tile {
  startMs: number
  endMs: number
  url: string
  xPx: number
  yPx: number
  widthPx: number
  heightPx: number
}

const timing = /^(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})\s+-->\s+(?:(\d+):)?(\d{2}):(\d{2})\.(\d{3})/
const fragment = /^(.*)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/

const toMs = (parts: (string | undefined)[]) => {
  const [hours = 0, minutes = 0, seconds = 0, ms = 0] = parts.map((part) => Number(part ?? 0))
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms
}

/**
 * Tiles of a WebVTT storyboard: each cue's text is a picture with a `#xywh=` fragment
 * (https://www.w3.org/TR/media-frags/#naming-space), relative to `baseUrl`. Cues that do not read
 * are left out.
 */
export function parseStoryboard(vtt: string, baseUrl: string): Tile[] {
  return vtt
    .replaceAll('\r\n', '\n')
    .split(/\n{2,}/)
    .flatMap((block) => toTile(block.split('\n'), baseUrl))
}

/** Throws where it cannot be had. `address`: what `url` is fetched by, where that differs. */
export async function fetchStoryboard(url: string, address = url): Promise<Tile[]> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`Storyboard: ${response.status}`)
  return parseStoryboard(await response.text(), new URL(url, location.href).href)
}

function toTile(lines: string[], baseUrl: string): Tile[] {
  const at = lines.findIndex((line) => timing.test(line))
  const times = timing.exec(lines[at] ?? '')
  const picture = fragment.exec(lines[at + 1]?.trim() ?? '')
  if (!times || !picture) return []
  const [xPx = 0, yPx = 0, widthPx = 0, heightPx = 0] = picture.slice(2).map(Number)
  const url = new URL(picture[1] ?? '', baseUrl).href
  const [startMs, endMs] = [toMs(times.slice(1, 5)), toMs(times.slice(5, 9))]
  return [{ startMs, endMs, url, xPx, yPx, widthPx, heightPx }]
}

/** The tile shown at a moment; the last one also stands for what lies behind its end. */
export const findTile = (tiles: Tile[], ms: number): Tile | undefined =>
  tiles.findLast((tile) => tile.startMs <= ms)
