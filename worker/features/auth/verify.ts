import { eq } from 'drizzle-orm'
import type * as contract from '#contracts/account.ts'
import type { Answer } from '#contracts/endpoint.ts'
import { requireUser } from '../../core/actor.ts'
import type { Ctx } from '../../core/context.ts'
import { callerAddress, countTry } from '../../core/rate-limit.ts'
import { record } from '../../core/record.ts'
import { linkTo, planMail } from '../mail/service.ts'
import { planVerifyEmail } from '../user/email.ts'
import { type UserRow, users } from '../user/table.ts'
import { confirmChange } from './confirm-change.ts'
import {
  type LinkRow,
  findLink,
  hasChanged,
  linkEnded,
  planLink,
  planSpendLink,
  planSpendLinks,
} from './email-link.ts'
import { verifyWords } from './mail-words.ts'
import { planAddressLimit, planMailLimit } from './policy.ts'

type Confirmation = Answer<typeof contract.confirmEmail>

/** Statements that mail an account the link that confirms its address. */
export async function planVerification(ctx: Ctx, { id, email }: Pick<UserRow, 'id' | 'email'>) {
  const { token, statement } = await planLink(ctx, { kind: 'verify', userId: id, email })
  const words = verifyWords(linkTo(ctx, `/verify#token=${token}`))
  const mail = await planMail(ctx, { kind: 'verify', to: email, userId: id, words })
  return [statement, ...mail] as const
}

/** Sends the link again, and ends those before it; nothing where it is not needed. */
export async function sendVerification(ctx: Ctx): Promise<void> {
  const { userId } = requireUser(ctx.actor)
  const [user] = await ctx.db.select().from(users).where(eq(users.id, userId))
  if (!user || user.emailVerifiedAt !== null) return
  await countTry(ctx, planMailLimit('verify', userId))
  await ctx.db.batch([
    planSpendLinks(ctx, { userId, kinds: ['verify'] }),
    ...(await planVerification(ctx, user)),
  ])
}

/** What a link does follows from its kind. Throws `link_ended`, `email_taken`, `rate_limited`. */
export async function confirmEmail(
  ctx: Ctx,
  token: string,
  request: Request,
): Promise<Confirmation> {
  await countTry(ctx, planAddressLimit('confirm', callerAddress(request)))
  const { link, user } = await findLink(ctx, token, ['verify', 'change_old', 'change_new'])
  const outcome =
    link.kind === 'verify' ? await confirmAddress(ctx, link) : await confirmChange(ctx, link, user)
  return { outcome }
}

async function confirmAddress(ctx: Ctx, link: LinkRow): Promise<'verified'> {
  const { userId, email } = link
  const [spent] = await ctx.db.batch([
    planSpendLink(ctx, link),
    planVerifyEmail(ctx, { userId, email, when: hasChanged }),
    record(ctx, 'user.verified', { actorId: userId, data: { userId }, when: hasChanged }),
  ])
  if (spent.length === 0) throw linkEnded()
  return 'verified'
}
