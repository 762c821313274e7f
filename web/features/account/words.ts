import type { SignedInDevice } from '#contracts/account.ts'
import { formatRelative } from '../../ui/format.ts'

/** The server notes a use once a minute: what is younger is now. */
const nowMs = 2 * 60_000

export function seenWords(
  { isCurrent, lastSeenAt }: Pick<SignedInDevice, 'isCurrent' | 'lastSeenAt'>,
  at: number,
): string {
  const isNow = isCurrent || at - Date.parse(lastSeenAt) < nowMs
  return isNow ? 'in use now' : `last used ${formatRelative(lastSeenAt, at)}`
}
