import { expect, test } from 'vitest'
import { Handle } from '#contracts/workspace.ts'
import { handleFrom, handleProblem } from './handle.ts'

test('a name becomes a handle that the contract takes, or none', () => {
  expect(handleFrom('Nørth Light & Söhne')).toBe('n-rth-light-sohne')
  expect(handleFrom('  The  Harbour -- Films ')).toBe('the-harbour-films')
  expect(handleFrom('日本')).toBe('')
  expect(handleFrom('x'.repeat(29) + ' y')).toBe('x'.repeat(29))
})

test('what is told of a handle is what the contract would say', () => {
  for (const handle of [
    'ab',
    'a-b',
    'Abc',
    '-ab',
    'a--b',
    'ab_c',
    'ok-1',
    'x'.repeat(31),
    '  abc ',
  ]) {
    const { error } = Handle.safeParse(handle)
    expect(handleProblem(handle), handle).toBe(error?.issues[0]?.message)
  }
})
