import type { ByteRange } from './range.ts'

/** A part of a file that lies nowhere as one: read when its turn comes. */
export interface Piece {
  sizeBytes: number
  read: () => Promise<Uint8Array>
}

export const sizeOf = (pieces: Piece[]): number =>
  pieces.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

/** The pieces that a range touches, each cut to it. */
export function cutPieces(pieces: Piece[], { first, last }: ByteRange): Piece[] {
  let offset = 0
  return pieces.flatMap((piece) => {
    const start = offset
    const end = (offset += piece.sizeBytes)
    const [from, to] = [Math.max(first - start, 0), Math.min(last + 1, end) - start]
    if (to <= from) return []
    const read = async () => (await piece.read()).subarray(from, to)
    return [{ sizeBytes: to - from, read }]
  })
}

/** One after the other, the next being read while one is sent. A reader that leaves ends it. */
export function streamPieces(pieces: Piece[]): ReadableStream {
  const { readable, writable } = new FixedLengthStream(sizeOf(pieces))
  const writer = writable.getWriter()
  const send = async () => {
    let next = pieces[0]?.read()
    for (const [index, { sizeBytes }] of pieces.entries()) {
      const bytes = await next!
      next = pieces[index + 1]?.read()
      next?.catch(() => {}) // awaited in its turn
      if (bytes.byteLength !== sizeBytes) throw new Error('a piece has another size than it had')
      await writer.write(bytes)
    }
    await writer.close()
  }
  send().catch((error: unknown) => writer.abort(error).catch(() => {}))
  return readable
}
