import { expect, test } from 'vitest'
import { streamsOptions, streamsWords } from './streams.ts'

test('what is set now is among the choices, in its place', () => {
  const values = (current: number | null) => streamsOptions(current).map(({ value }) => value)
  expect(values(null)).toEqual(['', '1', '2', '3', '4', '5', '10'])
  expect(values(7)).toEqual(['', '1', '2', '3', '4', '5', '7', '10'])
  expect(values(2)).toEqual(values(null))
})

test('one device is not several', () => {
  expect([null, 1, 2].map(streamsWords)).toEqual(['Any number', 'One device', '2 devices'])
})
