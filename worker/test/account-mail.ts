import { until } from './process.ts'
import type { World } from './world.ts'

export interface Letter {
  id: string
  kind: string
  subject: string
  text: string
  /** Of the link in it. */
  token: string | undefined
}

/** What was mailed to an address, the latest first. */
export async function listLetters(world: World, to: string): Promise<Letter[]> {
  const { results } = await world.db
    .prepare('SELECT id, kind, subject, text FROM mails WHERE recipient = ? ORDER BY id DESC')
    .bind(to)
    .all<Omit<Letter, 'token'>>()
  return results.map((mail) => ({ ...mail, token: /#token=([\w-]{43})/.exec(mail.text)?.[1] }))
}

/** The latest mail of a kind that has a link, once there are `count` of that kind. */
export async function readToken(
  world: World,
  { to, kind, count = 1 }: { to: string; kind: string; count?: number },
): Promise<string> {
  return until(`${kind} is mailed to ${to}`, 10_000, async () => {
    const letters = (await listLetters(world, to)).filter((letter) => letter.kind === kind)
    return letters.length >= count ? letters[0]?.token : undefined
  })
}

/** The data of all facts of a kind that concern an account. */
export async function listFacts(world: World, kind: string, userId: string): Promise<object[]> {
  const { results } = await world.db
    .prepare('SELECT data, actor_id FROM events WHERE kind = ? ORDER BY seq')
    .bind(kind)
    .all<{ data: string; actor_id: string }>()
  return results
    .map(({ data, actor_id: actorId }) => ({ ...JSON.parse(data), actorId }))
    .filter((fact) => fact.userId === userId)
}
