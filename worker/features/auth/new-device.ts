import { eq } from 'drizzle-orm'
import type { Ctx } from '../../core/context.ts'
import type { UserRow } from '../user/table.ts'
import { toDevice } from './device.ts'
import { newSignInWords } from './factor-mail-words.ts'
import { isKnownDevice } from './known-device.ts'
import { planNotice } from './notice.ts'
import { sessions } from './table.ts'

/** Statements that tell of a sign-in from a device that no session of the account is on. */
export async function planSignInNotice(ctx: Ctx, user: UserRow, request: Request) {
  const earlier = await ctx.db
    .selectDistinct({ userAgent: sessions.userAgent })
    .from(sessions)
    .where(eq(sessions.userId, user.id))
  // The sign-up itself surprises nobody.
  if (earlier.length === 0 && user.createdAt === ctx.now()) return []
  const userAgent = request.headers.get('user-agent') ?? ''
  const known = earlier.map((session) => session.userAgent)
  if (isKnownDevice(userAgent, known)) return []
  const words = newSignInWords(toDevice(userAgent), ctx.now())
  return planNotice(ctx, { user, kind: 'new_sign_in', words })
}
