interface Parted {
  partCount: number
  parts: { partNumber: number }[]
}

/** Bytes of part `partNumber` (from 1), as the server counts them. */
export const partBytes = (sizeBytes: number, partSizeBytes: number, partNumber: number): number =>
  Math.min(partSizeBytes, sizeBytes - (partNumber - 1) * partSizeBytes)

/**
 * Numbers still to send, in the order to send them. The ends come first: one of them holds the
 * film's index, so it can play before the rest is there.
 */
export function missingParts(upload: Parted): number[] {
  const stored = new Set(upload.parts.map((part) => part.partNumber))
  const all = Array.from({ length: upload.partCount }, (_, index) => index + 1)
  const tail = all.slice(-tailParts(upload.partCount)).toReversed()
  const endsFirst = new Set([...all.slice(0, 1), ...tail, ...all])
  return [...endsFirst].filter((partNumber) => !stored.has(partNumber))
}

export const storedBytes = (upload: { parts: { sizeBytes: number }[] }): number =>
  upload.parts.reduce((sum, part) => sum + part.sizeBytes, 0)

const firstPauseMs = 500
const longestPauseMs = 30_000

/** Doubles with each failure; the upper half is random, so that many clients spread out. */
export function backoffMs(failures: number, random: number): number {
  const full = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.max(0, failures - 1))
  return Math.round(full / 2 + (full / 2) * random)
}

/** The same file as far as a browser can tell: name and size. */
export const isSameFile = (
  upload: { fileName: string; sizeBytes: number },
  file: { name: string; size: number },
): boolean => upload.fileName === file.name && upload.sizeBytes === file.size

/** An index at the end takes about a hundredth of a long film; the last part may be a few bytes. */
const tailParts = (partCount: number) => Math.max(2, Math.ceil(partCount / 50))
