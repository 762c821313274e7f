import type { Ctx } from '../../core/context.ts'

interface Holder {
  email: string
  isEmailVerified: boolean
}

/** Is this somebody who keeps this server? An address counts once it is confirmed. */
export const keepsServer = (ctx: Ctx, { email, isEmailVerified }: Holder): boolean =>
  isEmailVerified && ctx.config.PLATFORM_ADMINS.has(email)
