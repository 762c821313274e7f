export const otpLength = 6

/** What was typed or pasted, with spaces, dashes and words around it: its first six digits. */
export const toOtp = (text: string): string =>
  text.normalize('NFKC').replaceAll(/\D/g, '').slice(0, otpLength)
