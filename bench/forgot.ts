/**
 * Does the time of an answer tell who has an account?
 *
 *   node bench/forgot.ts [rounds, 200]
 *
 * Asks for a new password for an address with an account and for one without, in turn and each
 * first every other time. Exits with 1 where the medians lie 10 ms apart or more.
 */
import { createClient, expectStatus } from '../scripts/lib/client.ts'
import { startLantern } from './lib/lantern.ts'

const rounds = Number(process.argv[2] ?? 200)
const heldMs = 10

const lantern = await startLantern({ hasClock: true })
const kinds = ['known', 'unknown'] as const
const times: Record<(typeof kinds)[number], number[]> = { known: [], unknown: [] }

async function ask(kind: (typeof kinds)[number], round: number): Promise<void> {
  const email = kind === 'known' ? lantern.user.email : `unknown${round}@example.com`
  const caller = createClient(lantern.url, {
    'x-forwarded-for': `10.8.${round >> 8}.${round & 255}`,
  })
  const startedAt = performance.now()
  const reply = await caller.post('/api/v1/auth/forgot-password', { email })
  times[kind].push(performance.now() - startedAt)
  expectStatus(reply, 204, kind)
}

try {
  for (let round = 0; round < rounds; round++) {
    for (const kind of round % 2 ? kinds : kinds.toReversed()) await ask(kind, round)
    lantern.tick(3600_000) // so that each of them mails
  }
  const db = await lantern.edge.mf.getD1Database('DB', 'lantern')
  const mailed = await db.prepare(`SELECT count(*) AS n FROM mails WHERE kind = 'reset'`).first('n')
  console.log(`${mailed} mails for ${rounds} known addresses`)
} finally {
  await lantern.stop()
}

const sorted = (kind: keyof typeof times) => times[kind].toSorted((a, b) => a - b)
const at = (kind: keyof typeof times, share: number) => sorted(kind)[Math.floor(rounds * share)]!
for (const kind of kinds) {
  const [low, middle, high] = [0.1, 0.5, 0.9].map((share) => at(kind, share).toFixed(1))
  console.log(`${kind.padEnd(8)} median ${middle} ms (a tenth below ${low}, a tenth above ${high})`)
}
const apartMs = Math.abs(at('known', 0.5) - at('unknown', 0.5))
console.log(`medians are ${apartMs.toFixed(1)} ms apart; ${heldMs} are allowed`)
process.exitCode = apartMs < heldMs ? 0 : 1
