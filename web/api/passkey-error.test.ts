import { expect, test } from 'vitest'
import { toPasskeyError } from './passkey-error.ts'

test('what the browser threw is found inside what the library makes of it', () => {
  const thrown = new DOMException('The operation either timed out or was not allowed.')
  const cause = Object.assign(new Error(thrown.message), { name: 'NotAllowedError' })
  expect(toPasskeyError(new Error('wrapped', { cause })).message).toContain('cancelled')
  expect(toPasskeyError(cause).cause).toBe(cause)
})

test('words of programs never reach people', () => {
  for (const error of [new Error('ERROR_INVALID_RP_ID'), 'text', undefined])
    expect(toPasskeyError(error).message).toBe(
      'The passkey could not be used. Try again, or take another way.',
    )
})
