/** Samples in columns: what a segment holds while it is being gathered. */
export interface Rows {
  count: number
  offsets: Float64Array
  sizes: Float64Array
  /** When they are shown or heard, and when that ends, in ticks. */
  starts: Float64Array
  ends: Float64Array
  syncs: Uint8Array
}

export const createRows = (capacity = 1024): Rows => ({
  count: 0,
  offsets: new Float64Array(capacity),
  sizes: new Float64Array(capacity),
  starts: new Float64Array(capacity),
  ends: new Float64Array(capacity),
  syncs: new Uint8Array(capacity),
})

const columns = ['offsets', 'sizes', 'starts', 'ends'] as const

/** Makes room for one more. */
export function grow(rows: Rows): void {
  if (rows.count < rows.sizes.length) return
  const wider = createRows(rows.sizes.length * 2)
  for (const name of columns) {
    wider[name].set(rows[name])
    rows[name] = wider[name]
  }
  wider.syncs.set(rows.syncs)
  rows.syncs = wider.syncs
}

/** Forgets the first `count`. */
export function dropRows(rows: Rows, count: number): void {
  for (const name of columns) rows[name].copyWithin(0, count, rows.count)
  rows.syncs.copyWithin(0, count, rows.count)
  rows.count -= count
}
