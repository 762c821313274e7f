import { eq } from 'drizzle-orm'
import type { UserId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { emailChanges, passkeys, sessions, totpFactors } from '../auth/table.ts'
import { mails } from '../mail/table.ts'
import { outsideIdentities } from '../outside/table.ts'

const session = {
  id: sessions.id,
  device: sessions.userAgent,
  place: sessions.place,
  createdAt: sessions.createdAt,
  lastSeenAt: sessions.lastSeenAt,
  endsAt: sessions.endsAt,
  endedAt: sessions.endedAt,
}
const passkey = {
  id: passkeys.id,
  name: passkeys.name,
  createdAt: passkeys.createdAt,
  lastUsedAt: passkeys.lastUsedAt,
}
const totp = { createdAt: totpFactors.createdAt, confirmedAt: totpFactors.confirmedAt }
const outside = {
  provider: outsideIdentities.provider,
  email: outsideIdentities.email,
  createdAt: outsideIdentities.createdAt,
  lastUsedAt: outsideIdentities.lastUsedAt,
}
const change = { newEmail: emailChanges.newEmail, createdAt: emailChanges.createdAt }
const mail = {
  kind: mails.kind,
  subject: mails.subject,
  to: mails.recipient,
  at: mails.createdAt,
}

/** How the person gets in, and what was sent to them. */
export async function readAccess(ctx: Ctx, userId: UserId) {
  const { db } = ctx
  const [sessionRows, passkeyRows, totpRows, outsideRows, changeRows, mailRows] = await db.batch([
    db.select(session).from(sessions).where(eq(sessions.userId, userId)),
    db.select(passkey).from(passkeys).where(eq(passkeys.userId, userId)),
    db.select(totp).from(totpFactors).where(eq(totpFactors.userId, userId)),
    db.select(outside).from(outsideIdentities).where(eq(outsideIdentities.userId, userId)),
    db.select(change).from(emailChanges).where(eq(emailChanges.userId, userId)),
    db.select(mail).from(mails).where(eq(mails.userId, userId)),
  ])
  return {
    sessions: sessionRows,
    passkeys: passkeyRows,
    authenticatorApps: totpRows,
    outsideIdentities: outsideRows,
    emailChanges: changeRows,
    mails: mailRows,
  }
}
