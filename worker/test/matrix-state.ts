import type { World } from './world.ts'

/** What calls leave behind though they change nothing: counts of tries, and when somebody came. */
const passing = /rate_limits|idempotency_keys|sqlite_|_cf/
/** The last three follow a change, in the listeners' own time. */
const passingColumns = ['last_seen_at', 'last_used_at', 'dispatched_at', 'failures', 'sent_at']

/** Every row of every table but those. */
export async function readTables(world: World): Promise<Record<string, unknown[]>> {
  const named = world.db.prepare("select name from sqlite_master where type = 'table'")
  const { results } = await named.all<{ name: string }>()
  const names = results.map(({ name }) => name).filter((name) => !passing.test(name))
  const tables = await Promise.all(
    names.map(async (name) => {
      const rows = (await world.db.prepare(`select * from ${name}`).all()).results
      return [name, rows.map(withoutPassing)] as const
    }),
  )
  return Object.fromEntries(tables)
}

const withoutPassing = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !passingColumns.includes(name)))

/** Key and ETag of every object in R2. */
export async function readObjects(world: World): Promise<string[]> {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const page = await world.bucket.list(cursor ? { cursor } : {})
    found.push(...page.objects.map(({ key, etag }) => `${key} ${etag}`))
    cursor = page.truncated ? page.cursor : undefined
  } while (cursor)
  return found.toSorted()
}
