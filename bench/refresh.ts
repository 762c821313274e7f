/**
 * Does a refresh token that many use at once leave one successor, and does a thief end the family?
 *
 *   node bench/refresh.ts [rounds, 200] [parallel, 20]
 *
 * Each round signs in, sends the same cookie so often at once, and counts the tokens of the session
 * that still rotate; then the old one comes again after the grace, and everything of that session
 * must be refused. Exits with 1 otherwise.
 */
import { decodeJwt } from 'jose'
import { refreshGraceSeconds } from '#contracts/auth.ts'
import { type Reply, createClient, expectStatus } from '../scripts/lib/client.ts'
import { startLantern } from './lib/lantern.ts'

const rounds = Number(process.argv[2] ?? 200)
const parallel = Number(process.argv[3] ?? 20)

const lantern = await startLantern({ hasClock: true })
const stranger = createClient(lantern.url, {})
const db = await lantern.edge.mf.getD1Database('DB', 'lantern')

const cookieOf = (reply: Reply) => reply.headers.getSetCookie()[0]?.split(';')[0] ?? ''
const refresh = (cookie: string) => stranger.post('/api/v1/auth/refresh', undefined, { cookie })

async function signIn() {
  const { email, password } = lantern.user
  const reply = await stranger.post('/api/v1/auth/login', { email, password })
  const { accessToken } = expectStatus(reply, 200, 'sign in')
  return { cookie: cookieOf(reply), sessionId: decodeJwt(accessToken)['sid'] as string }
}

async function countLive(sessionId: string): Promise<number> {
  const live = db.prepare(
    `SELECT count(*) AS n FROM refresh_tokens JOIN sessions ON sessions.id = session_id
     WHERE session_id = ? AND used_at IS NULL AND ended_at IS NULL`,
  )
  return Number(await live.bind(sessionId).first('n'))
}

interface Round {
  isAnswered: boolean
  successors: number
  live: number
  goesOn: boolean
  liveAfterReuse: number
  isRefused: boolean
}

async function runRound(): Promise<Round> {
  const { cookie, sessionId } = await signIn()
  const replies = await Promise.all(Array.from({ length: parallel }, () => refresh(cookie)))
  const live = await countLive(sessionId)
  const next = await refresh(cookieOf(replies[0]!))

  lantern.tick((refreshGraceSeconds + 1) * 1000)
  const reused = await refresh(cookie)
  const after = await refresh(cookieOf(next))
  lantern.tick(900_000) // no limit on tries is in the way of the next round
  return {
    isAnswered: replies.every(({ status }) => status === 200),
    successors: new Set(replies.map(cookieOf)).size,
    live,
    goesOn: next.status === 200,
    liveAfterReuse: await countLive(sessionId),
    isRefused: [reused, after].every(({ body }) => body.code === 'session_ended'),
  }
}

const results: Round[] = []
const startedAt = performance.now()
try {
  while (results.length < rounds) results.push(await runRound())
} finally {
  await lantern.stop()
}

const count = (isSo: (round: Round) => boolean) => `${results.filter(isSo).length} of ${rounds}`
const isHeld = (round: Round) =>
  round.isAnswered && round.successors === 1 && round.live === 1 && round.goesOn
const isKilled = (round: Round) => round.isRefused && round.liveAfterReuse === 0
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
console.log(`${parallel} parallel refreshes of one token, ${rounds} rounds, ${seconds} s

every call answered                  ${count(({ isAnswered }) => isAnswered)}
one successor for all                ${count(({ successors }) => successors === 1)}
live families, one a session         ${count(({ live }) => live === 1)}
the successor goes on                ${count(({ goesOn }) => goesOn)}
reuse after ${refreshGraceSeconds} s ends the family      ${count(isKilled)}`)
process.exitCode = results.every((round) => isHeld(round) && isKilled(round)) ? 0 : 1
