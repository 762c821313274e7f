/** A passkey that the browser or its holder did not give; the message is for the holder. */
export class PasskeyError extends Error {
  override name = 'PasskeyError'
}

/** By the names of https://www.w3.org/TR/webauthn-3/: what browsers say themselves is for programs. */
const words: Record<string, string> = {
  NotAllowedError: 'No passkey was used: it was cancelled, or it took too long.',
  AbortError: 'No passkey was used: another try took its place.',
  InvalidStateError: 'This device has a passkey for your account already.',
  SecurityError: 'Passkeys do not work at this address. Open this site by its own name.',
  NotSupportedError: 'This device cannot make a passkey that works here.',
  ConstraintError: 'This device cannot check that it is you, by a finger, a face or a PIN.',
}
const otherWords = 'The passkey could not be used. Try again, or take another way.'

export function toPasskeyError(error: unknown): PasskeyError {
  const name = nameOf(error)
  return new PasskeyError(words[name] ?? otherWords, { cause: error })
}

/** The library wraps what the browser threw. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.name in words) return error.name
  return nameOf(error.cause)
}
