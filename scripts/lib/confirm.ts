import type { Miniflare } from 'miniflare'

/** Marks an address as confirmed, for accounts whose mail nobody reads. */
export async function confirmAddress(mf: Miniflare, email: string): Promise<void> {
  const db = await mf.getD1Database('DB', 'lantern')
  const confirm = 'update users set email_verified_at = created_at where email = ?'
  await db.prepare(confirm).bind(email).run()
}
