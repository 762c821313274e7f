/** Without I, L, O and U, which are misread: https://www.crockford.com/base32.html */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Five bits each, 80 in all: nobody guesses one, so a quick hash keeps it. */
const letterCount = 16

/** Such as `k7qd-3m9x-p2vh-8wn4`. */
export function newRecoveryCode(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(letterCount))
  const letters = Array.from(bytes, (byte) => alphabet[byte & 31]).join('')
  return letters.match(/.{4}/g)!.join('-')
}

/** As people type it: in any case, with or without hyphens, with letters that look alike. */
export const readRecoveryCode = (typed: string): string =>
  typed.toLowerCase().replace(/[\s-]/g, '').replace(/[il]/g, '1').replace(/o/g, '0')
