/** The first byte of `from` … `to` (exclusive) whose part has not arrived; undefined: all are there. */
export function firstMissing(
  partBytes: number,
  arrived: Pick<ReadonlyMap<number, unknown>, 'has'>,
  from: number,
  to: number,
): number | undefined {
  for (let index = Math.floor(from / partBytes); index * partBytes < to; index++) {
    if (!arrived.has(index + 1)) return Math.max(from, index * partBytes)
  }
  return undefined
}
