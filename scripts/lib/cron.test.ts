import { expect, test } from 'vitest'
import { isDue } from './cron.ts'

// Friday
const at = (time: string) => new Date(`2026-11-20T${time}:30Z`)

test('a cron line runs at its minutes and no others', () => {
  expect(isDue('* * * * *', at('07:13'))).toBe(true)
  expect(isDue('*/15 * * * *', at('07:45'))).toBe(true)
  expect(isDue('*/15 * * * *', at('07:46'))).toBe(false)
  expect(isDue('5,35 2-4 * * *', at('03:35'))).toBe(true)
  expect(isDue('5,35 2-4 * * *', at('05:35'))).toBe(false)
  expect(isDue('0 0 * * 5', at('00:00'))).toBe(true)
  expect(isDue('0 0 * * 1-4', at('00:00'))).toBe(false)
  expect(isDue('10/20 * * * *', at('00:50'))).toBe(true)
})

test('a cron line that would never run is refused', () => {
  expect(() => isDue('* * * *', at('00:00'))).toThrow('five fields')
  expect(() => isDue('61 * * * *', at('00:00'))).toThrow('out of range')
  expect(() => isDue('MON * * * *', at('00:00'))).toThrow('not understood')
})
