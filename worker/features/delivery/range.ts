export interface ByteRange {
  /** First and last byte, both inclusive. */
  first: number
  last: number
}

/**
 * One range of RFC 9110, 14.1.2. Undefined where the header asks for the whole, for several ranges
 * or for nonsense, which all are answered with the whole; `outside` for status 416.
 */
export function parseRange(
  header: string | null,
  sizeBytes: number,
): ByteRange | 'outside' | undefined {
  const match = header && /^bytes=(\d*)-(\d*)$/i.exec(header.trim())
  if (!match) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  if (from === '') {
    const count = Math.min(Number(to), sizeBytes)
    return count === 0 ? 'outside' : { first: sizeBytes - count, last: sizeBytes - 1 }
  }
  const first = Number(from)
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (to !== '' && Number(to) < first) return undefined
  return first >= sizeBytes ? 'outside' : { first, last }
}

/** Weak comparison of RFC 9110, 13.1.2. */
export const isUnchanged = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch !== null &&
  (ifNoneMatch.trim() === '*' ||
    ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))

/** Strong comparison, as `If-Match` asks for: RFC 9110, 13.1.1. */
export const isAnyOf = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === '*' || ifMatch.split(',').some((tag) => tag.trim() === etag)
