import { AppError } from '../../core/error.ts'
import { commonPasswords } from './common-passwords.ts'

/** Undoes the short form that `common-passwords.ts` describes. */
function readCommon(): Set<string> {
  let last = ''
  const words = commonPasswords.trim().split(/\s+/)
  return new Set(words.map((word) => (last = last.slice(0, Number(word[0])) + word.slice(1))))
}

let common: Set<string> | undefined

const fold = (text: string) => text.normalize('NFKC').toLowerCase()

/** What is wrong with a password of the right length, as a sentence; undefined where nothing is. */
export function findWeakness(password: string, email: string): string | undefined {
  common ??= readCommon()
  const folded = fold(password)
  if (common.has(folded)) return 'Many people use this password: choose another'
  const address = fold(email)
  const isAddress = folded === address || folded === address.slice(0, address.lastIndexOf('@'))
  return isAddress ? 'Your e-mail address is no password: choose another' : undefined
}

/** Throws `invalid_fields` for what is guessed first. NIST SP 800-63B-4, 3.1.1.2; ASVS 5.0, 6.2.4. */
export function requireStrong(password: string, email: string): void {
  const message = findWeakness(password, email)
  if (!message) return
  const fields = [{ field: 'password', message }]
  throw new AppError('invalid_fields', `password: ${message}`, { fields })
}
