import { array, assert, integer, maxSafeNat, property, tuple } from 'fast-check'
import { expect, test } from 'vitest'
import { ByteReader, ByteWriter } from './bytes.ts'

test('numbers come back as they went', () => {
  assert(
    property(array(maxSafeNat()), (numbers) => {
      const out = new ByteWriter()
      for (const number of numbers) out.varint(number)
      const reader = new ByteReader(out.join())
      expect(numbers.map(() => reader.varint())).toEqual(numbers)
    }),
  )
})

const runs = array(
  tuple(integer({ min: -(2 ** 31), max: 2 ** 31 }), integer({ min: 1, max: 40 })),
).map((pairs) => pairs.flatMap(([value, count]) => Array<number>(count).fill(value)))

test('columns come back as they went, of any unit', () => {
  assert(
    property(array(runs, { maxLength: 5 }), integer({ min: 1, max: 9000 }), (all, unit) => {
      const columns = all.map((column) => column.map((value) => value * unit || 0))
      const out = new ByteWriter()
      for (const column of columns) out.column(column)
      const reader = new ByteReader(out.join())
      for (const column of columns) {
        const found = Array.from(reader.column(column.length), (value) => value || 0)
        expect(found).toEqual(column)
      }
    }),
  )
})

test('more than one chunk is joined in order', () => {
  const out = new ByteWriter()
  const numbers = Array.from({ length: 100_000 }, (_, at) => at * 7919)
  for (const number of numbers) out.varint(number)
  out.blob(new Uint8Array([1, 2, 3]))
  expect(out.join().length).toBe(out.sizeBytes)
  const reader = new ByteReader(out.join())
  expect(numbers.every((number) => reader.varint() === number)).toBe(true)
  expect([...reader.blob()]).toEqual([1, 2, 3])
})

test('a constant rate costs a handful of bytes', () => {
  const out = new ByteWriter()
  out.column(Array<number>(300).fill(3003))
  expect(out.sizeBytes).toBeLessThanOrEqual(5)
})

test('bytes that end too early are refused', () => {
  const out = new ByteWriter()
  out.blob(new Uint8Array(100))
  const short = out.join().subarray(0, 50)
  expect(() => new ByteReader(short).blob()).toThrow(RangeError)
  expect(() => new ByteReader(new Uint8Array([0x80])).varint()).toThrow(RangeError)
})
