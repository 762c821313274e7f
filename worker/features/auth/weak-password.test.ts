import { expect, test } from 'vitest'
import { commonPasswords } from './common-passwords.ts'
import { findWeakness } from './weak-password.ts'

const email = 'ada.lovelace@example.com'

test.each([
  'password',
  'PassWord',
  '12345678',
  '1234567890',
  'qwertyuiop',
  'iloveyou',
  'trustno1',
  'sunshine',
  '1qaz2wsx',
  'superman',
])('%s is refused: many use it', (password) => {
  expect(findWeakness(password, email)).toContain('Many people')
})

test.each([email, 'ADA.Lovelace@example.com', 'ada.lovelace', 'Ada.Lovelace', 'ａda.lovelace'])(
  '%s is refused: it is the address',
  (password) => expect(findWeakness(password, email)).toContain('e-mail address'),
)

test.each(['correct horse 12', 'correct horse', 'ada.lovelace 1', 'a lamp above the harbour'])(
  '%s is taken',
  (password) => expect(findWeakness(password, email)).toBeUndefined(),
)

test('ten thousand are known, and all of them could be chosen otherwise', () => {
  const words = commonPasswords.trim().split(/\s+/)
  expect(words).toHaveLength(10_000)
  let last = ''
  const whole = words.map((word) => (last = last.slice(0, Number(word[0])) + word.slice(1)))
  expect(whole).toEqual([...new Set(whole)].toSorted())
  expect(Math.min(...whole.map(({ length }) => length))).toBe(8)
  expect(whole).toEqual(whole.map((word) => word.toLowerCase()))
})
