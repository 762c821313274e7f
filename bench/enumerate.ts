/**
 * Does the time of an answer tell who has an account? `node bench/enumerate.ts [samples]` (200):
 * sign-ins with a wrong password, and requests for a new password, of known and unknown addresses
 * in turns; the medians of both and what lies between them. Exits with 1 above 10 ms, or where the
 * answers differ. Needs an otherwise idle machine.
 */
import { type Reply, createClient } from '../scripts/lib/client.ts'
import { registerUser } from '../worker/test/user.ts'
import { startLantern } from './lib/lantern.ts'

const maxGapMs = 10
const samples = Number(process.argv[2] ?? 200)
const lantern = await startLantern({})
const stranger = createClient(lantern.url, {})

// Each account bears few tries, so the known ones take turns.
const known = await Promise.all(
  Array.from({ length: Math.ceil(samples / 2) }, async (_, i) => {
    const { email } = await registerUser(stranger, 1000 + i, {})
    return email
  }),
)

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const shown = ({ status, body, headers }: Reply) =>
  JSON.stringify([status, { ...body, requestId: '' }, headers.getSetCookie()])

let failed = false
async function compare(name: string, ask: (email: string, headers: object) => Promise<Reply>) {
  const times = { known: [] as number[], unknown: [] as number[] }
  const answers = new Set<string>()
  for (let i = 0; i < samples; i++) {
    const pair = [
      ['known', known[i % known.length]!],
      ['unknown', `nobody${i}@example.com`],
    ] as const
    // Who comes first changes, so that neither is always the one after a pause.
    for (const [kind, email] of i % 2 ? pair : pair.toReversed()) {
      const from = { 'x-forwarded-for': `10.${kind === 'known' ? 1 : 2}.${i >> 8}.${i & 255}` }
      const startedAt = performance.now()
      const reply = await ask(email, from)
      times[kind].push(performance.now() - startedAt)
      answers.add(shown(reply))
    }
  }
  const [a, b] = [median(times.known), median(times.unknown)]
  const gap = Math.abs(a - b)
  if (gap > maxGapMs || answers.size !== 1) failed = true
  console.log(
    `${name}: known ${a.toFixed(1)} ms, unknown ${b.toFixed(1)} ms, apart ${gap.toFixed(1)} ms; ` +
      `${answers.size} kind${answers.size === 1 ? '' : 's'} of answer over ${2 * samples}`,
  )
}

await compare('sign-in', (email, headers) =>
  stranger.post('/api/v1/auth/login', { email, password: 'wrong horse' }, { ...headers }),
)
await compare('new password', (email, headers) =>
  stranger.post('/api/v1/auth/forgot-password', { email }, { ...headers }),
)
await lantern.stop()
process.exit(failed ? 1 : 0)
