import { refreshGraceSeconds } from '#contracts/auth.ts'
import type { UserId } from '#contracts/id.ts'
import { type Limit, toNetwork } from '../../core/rate-limit.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

const triesAnHour = {
  login: 100,
  register: 30,
  confirm: 100,
  forgot: 30,
  reset: 30,
}

/**
 * One machine without a proxy does not know addresses: all its callers share the bucket `direct`,
 * which has room for everybody.
 */
export function planAddressLimit(action: keyof typeof triesAnHour, address: string): Limit {
  const max = address === 'direct' ? 2000 : triesAnHour[action]
  return { key: `${action}:from:${toNetwork(address)}`, max, windowMs: hourMs }
}

/** Given back after a right password, so it counts wrong ones. */
export const planAccountLimit = (email: string): Limit => ({
  key: `login:as:${email}`,
  max: 10,
  windowMs: 15 * minuteMs,
})

/** Mails that somebody has sent to themselves. */
export const planMailLimit = (kind: 'verify' | 'email-change', userId: UserId): Limit => ({
  key: `mail:${kind}:${userId}`,
  max: 5,
  windowMs: hourMs,
})

/** Counted for every address, whether or not it has an account. */
export const planForgotLimit = (email: string): Limit => ({
  key: `mail:reset:${email}`,
  max: 5,
  windowMs: hourMs,
})

export const planPasswordLimit = (userId: UserId): Limit => ({
  key: `password:${userId}`,
  max: 20,
  windowMs: hourMs,
})

export const planRefreshLimit = (sessionId: string): Limit => ({
  key: `refresh:${sessionId}`,
  max: 120,
  windowMs: 15 * minuteMs,
})

export interface PresentedToken {
  usedAt: number | null
  endsAt: number
  sessionEndsAt: number
  sessionEndedAt: number | null
}

/**
 * What to do with a refresh token that is known. `repeat`: it was used a moment ago and the reply
 * may be lost, so the same successor is given again. `reuse`: two hold it, and one is a thief.
 */
export function judgeToken(
  token: PresentedToken,
  now: number,
): 'rotate' | 'repeat' | 'reuse' | 'ended' {
  if (token.sessionEndedAt !== null) return 'ended'
  if (token.sessionEndsAt <= now || token.endsAt <= now) return 'ended'
  if (token.usedAt === null) return 'rotate'
  return now - token.usedAt <= refreshGraceSeconds * 1000 ? 'repeat' : 'reuse'
}
