import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { Ledger, type Sql } from './ledger.ts'

const now = Date.UTC(2026, 10, 20, 12)
const play = { max: 3, lastsMs: 10_000, endsAt: now + 60_000, now }

function open() {
  const db = new DatabaseSync(':memory:')
  const sql: Sql = {
    exec: (query, ...values) => {
      const rows = db.prepare(query).all(...values)
      return { toArray: () => rows }
    },
  }
  const count = (table: string) => db.prepare(`select count(*) as n from ${table}`).get()!['n']
  return { ledger: new Ledger(sql), sql, count }
}

test('of many devices as many play as may, and each of them again', () => {
  const { ledger } = open()
  const begin = (device: number) => ledger.begin({ device: `d${device}`, ...play })
  const first = Array.from({ length: 20 }, (_, device) => begin(device))
  expect(first.filter(Boolean)).toHaveLength(3)
  expect([begin(0), begin(1), begin(2)]).toEqual(first.slice(0, 3))
  expect(ledger.find({ device: 'd2', now })).toBe(now + 10_000)
  expect(ledger.find({ device: 'd3', now })).toBeUndefined()
})

test('a play that is over counts on, and the device begins another', () => {
  const { ledger } = open()
  const begin = (device: string, at: number) => ledger.begin({ ...play, device, now: now + at })
  expect(begin('a', 0)).toBe(now + 10_000)
  expect(ledger.find({ device: 'a', now: now + 10_000 })).toBeUndefined()
  expect(begin('a', 10_000)).toBe(now + 20_000)
  expect(ledger.forget(now + 20_000)).toBe(now + 60_000)
  expect(begin('a', 20_000)).toBe(now + 30_000)
  expect(begin('b', 20_000)).toBeUndefined()
})

test('places are as many as there may be at once, and free half a minute after the last sign', () => {
  const { ledger } = open()
  const stream = (device: string, at: number) => ledger.stream({ device, max: 2, now: now + at })
  expect(stream('a', 0)).toBe(now + 30_000)
  expect(stream('b', 5000)).toBe(now + 35_000)
  expect(stream('c', 29_999)).toBeUndefined()
  expect(stream('b', 29_999)).toBe(now + 59_999)
  expect(stream('c', 30_000)).toBe(now + 60_000)
  expect(stream('a', 30_000)).toBeUndefined()
  ledger.leave('c')
  expect(stream('a', 30_000)).toBe(now + 60_000)
})

test('devices are forgotten when their time is over, and all with the end of the link', () => {
  const { ledger, count } = open()
  ledger.begin({ ...play, device: 'a' })
  ledger.begin({ ...play, device: 'b', now: now + 5000 })
  expect(ledger.forget(now + 9999)).toBe(now + 10_000)
  expect(count('devices')).toBe(2)
  expect(ledger.forget(now + 10_000)).toBe(now + 15_000)
  expect(count('devices')).toBe(1)
  expect(ledger.forget(now + 60_000)).toBeUndefined()
  expect(count('devices')).toBe(0)
})

test('looking for a device that never was leaves no trace', () => {
  const { ledger, sql } = open()
  expect(ledger.find({ device: 'a', now })).toBeUndefined()
  ledger.leave('a')
  expect(ledger.forget(now)).toBeUndefined()
  expect(sql.exec('select * from sqlite_master').toArray()).toEqual([])
})
