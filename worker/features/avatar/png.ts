import { type Header, type Picture, letters, viewOf } from './picture.ts'

const signature = '\x89PNG\r\n\x1a\n'

/** Undefined for what is no PNG. */
export function readPngHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length < 33 || letters(bytes, 0, 8) !== signature) return undefined
  if (letters(bytes, 12, 4) !== 'IHDR') return undefined
  const view = viewOf(bytes)
  const [widthPx, heightPx] = [view.getUint32(16), view.getUint32(20)]
  return { kind: 'png', widthPx, heightPx, orientation: 1 }
}

interface Layout {
  width: number
  height: number
  /** Bits of one sample. */
  depth: number
  colour: number
  isInterlaced: boolean
  palette: Uint8Array
  transparency: Uint8Array
}

/** Samples a pixel by colour type: grey, RGB, palette, grey and alpha, RGBA. */
const samples: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** Where the pixels of each pass lie: [x, y, step x, step y]. Adam7, PNG 8.2. */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const
const whole = [[0, 0, 1, 1]] as const

/**
 * Reads the chunks that hold pixels and no other, so that text and profiles cost nothing. Throws
 * for damaged files. https://www.w3.org/TR/png-3/
 */
export async function decodePng(bytes: Uint8Array): Promise<Picture> {
  const { layout, packed } = readChunks(bytes)
  const { width, height } = layout
  const pixelBytes = Math.max(1, pixelBitsOf(layout) >> 3)
  const data = new Uint8Array(width * height * 4)
  const lines = openLines(packed)
  try {
    for (const { x, y, stepX, stepY, columns, rows, rowBytes } of planPasses(layout)) {
      let [above, next] = [new Uint8Array(rowBytes + 1), new Uint8Array(rowBytes + 1)]
      for (let row = 0; row < rows; row++) {
        await lines.fill(next)
        const line = next.subarray(1)
        unfilter(next[0]!, { line, above: above.subarray(1), pixelBytes })
        const start = (y + row * stepY) * width + x
        paint(layout, { line, columns, data, start, step: stepX })
        ;[above, next] = [next, above]
      }
    }
  } finally {
    await lines.close()
  }
  return { data, width, height }
}

function pixelBitsOf({ depth, colour }: Layout): number {
  const pixelBits = depth * (samples[colour] ?? 0)
  if (pixelBits === 0) throw new Error('no such colour type')
  return pixelBits
}

function planPasses(layout: Layout) {
  const { width, height, isInterlaced } = layout
  const pixelBits = pixelBitsOf(layout)
  return (isInterlaced ? adam7 : whole)
    .map(([x, y, stepX, stepY]) => {
      const columns = Math.ceil((width - x) / stepX)
      const rows = Math.ceil((height - y) / stepY)
      return { x, y, stepX, stepY, columns, rows, rowBytes: Math.ceil((columns * pixelBits) / 8) }
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
}

/** Inflates no further than it is asked to: what a file hides behind its pixels costs nothing. */
function openLines(packed: Uint8Array) {
  const inflated = new Blob([packed])
    .stream()
    .pipeThrough(new DecompressionStream('deflate') as never) as ReadableStream<Uint8Array>
  const reader = inflated.getReader()
  let rest = new Uint8Array()
  return {
    async fill(line: Uint8Array): Promise<void> {
      for (let at = 0; at < line.length;) {
        if (rest.length === 0) {
          const { value, done } = await reader.read()
          if (done) throw new Error('pixels are missing')
          rest = value as typeof rest
        }
        const part = rest.subarray(0, line.length - at)
        line.set(part, at)
        at += part.length
        rest = rest.subarray(part.length)
      }
    },
    close: () => reader.cancel().catch(() => {}),
  }
}

function readChunks(bytes: Uint8Array): { layout: Layout; packed: Uint8Array } {
  const view = viewOf(bytes)
  const found: Record<string, Uint8Array[]> = { IHDR: [], PLTE: [], tRNS: [], IDAT: [] }
  for (let at = 8; at + 12 <= bytes.length;) {
    const sizeBytes = view.getUint32(at)
    const kind = letters(bytes, at + 4, 4)
    if (kind === 'IEND') break
    found[kind]?.push(bytes.subarray(at + 8, at + 8 + sizeBytes))
    at += 12 + sizeBytes
  }
  const none = new Uint8Array()
  const [head = none] = found['IHDR'] ?? []
  const size = viewOf(head)
  const layout = {
    ...{ width: size.getUint32(0), height: size.getUint32(4) },
    ...{ depth: head[8] ?? 0, colour: head[9] ?? 0, isInterlaced: head[12] === 1 },
    ...{ palette: found['PLTE']?.[0] ?? none, transparency: found['tRNS']?.[0] ?? none },
  }
  return { layout, packed: Buffer.concat(found['IDAT'] ?? []) }
}

interface Line {
  line: Uint8Array
  above: Uint8Array
  pixelBytes: number
}

/** In place. PNG 9.2. */
function unfilter(filter: number, { line, above, pixelBytes }: Line): void {
  if (filter > 4) throw new Error('no such filter')
  if (filter === 0) return
  for (let i = 0; i < line.length; i++) {
    const left = i < pixelBytes ? 0 : line[i - pixelBytes]!
    const up = above[i]!
    const corner = i < pixelBytes ? 0 : above[i - pixelBytes]!
    const guess = [0, left, up, (left + up) >> 1, 0][filter]!
    line[i] = line[i]! + (filter === 4 ? nearest(left, up, corner) : guess)
  }
}

/** Paeth's predictor. */
function nearest(left: number, up: number, corner: number): number {
  const [a, b] = [Math.abs(up - corner), Math.abs(left - corner)]
  const c = Math.abs(left + up - 2 * corner)
  if (a <= b && a <= c) return left
  return b <= c ? up : corner
}

interface Row {
  line: Uint8Array
  columns: number
  data: Uint8Array
  /** Pixels from the start of `data`, and between two of this row. */
  start: number
  step: number
}

function paint(layout: Layout, { line, columns, data, start, step }: Row): void {
  const { depth, colour, palette, transparency } = layout
  const count = samples[colour] ?? 1
  const most = depth === 16 ? 255 : (1 << depth) - 1
  /** A sample as it is stored; of 16 bits, the upper eight. */
  const raw = (i: number) => {
    if (depth === 8) return line[i]!
    if (depth === 16) return line[i * 2]!
    const bit = i * depth
    return (line[bit >> 3]! >> (8 - depth - (bit & 7))) & most
  }
  const isClear = clearTest(layout, line)
  for (let i = 0; i < columns; i++) {
    const to = (start + i * step) * 4
    if (colour === 3) {
      const index = raw(i)
      for (let part = 0; part < 3; part++) data[to + part] = palette[index * 3 + part] ?? 0
      data[to + 3] = transparency[index] ?? 255
      continue
    }
    const hasColour = count >= 3
    for (let part = 0; part < 3; part++) {
      const value = raw(i * count + (hasColour ? part : 0))
      data[to + part] = depth < 8 ? Math.round((value * 255) / most) : value
    }
    const hasAlpha = count === 2 || count === 4
    data[to + 3] = hasAlpha ? raw(i * count + count - 1) : isClear(i) ? 0 : 255
  }
}

/** The one colour that tRNS makes clear, compared in all its bits. */
function clearTest({ depth, colour, transparency }: Layout, line: Uint8Array) {
  const count = samples[colour] ?? 1
  if (depth < 8 || transparency.length < count * 2 || count % 2 === 0) return () => false
  const sampleBytes = depth / 8
  return (i: number) => {
    for (let part = 0; part < count; part++) {
      const at = (i * count + part) * sampleBytes
      if (line[at + sampleBytes - 1] !== transparency[part * 2 + 1]) return false
      if (depth === 16 && line[at] !== transparency[part * 2]) return false
    }
    return true
  }
}
