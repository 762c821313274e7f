import { eq, inArray } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import {
  challenges,
  emailChanges,
  emailTokens,
  passkeys,
  passwords,
  recoveryCodes,
  refreshTokens,
  sessions,
  totpFactors,
} from './table.ts'

/** Statements that leave nothing by which an account could be entered again. */
export function planForgetAccess(ctx: Ctx, userId: UserId) {
  const { db } = ctx
  const own = db.select({ id: sessions.id }).from(sessions).where(eq(sessions.userId, userId))
  return [
    db.delete(refreshTokens).where(inArray(refreshTokens.sessionId, own)),
    db.delete(sessions).where(eq(sessions.userId, userId)),
    db.delete(passwords).where(eq(passwords.userId, userId)),
    db.delete(emailTokens).where(eq(emailTokens.userId, userId)),
    db.delete(emailChanges).where(eq(emailChanges.userId, userId)),
    db.delete(totpFactors).where(eq(totpFactors.userId, userId)),
    db.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId)),
    db.delete(passkeys).where(eq(passkeys.userId, userId)),
    db.delete(challenges).where(eq(challenges.userId, userId)),
  ] as const
}
