import { type Restrictions, narrow } from '#contracts/narrow.ts'
import type { VideoId } from '#contracts/id.ts'
import { signGrant, verifyGrant } from '../../worker/features/delivery/token.ts'

const videoId: VideoId = 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b'
const restrictions: Restrictions[] = [
  { expiresAt: '2030-01-01T00:00:00Z', countries: ['NO', 'SE'], domains: ['*.example.com'] },
  { clip: { fromSeconds: 60, toSeconds: 90 }, maxHeight: 720, viewerId: 'somebody' },
]

/**
 * Milliseconds that the signatures of tokens take which no isolate has seen: plain, and narrowed
 * twice. In Node, whose WebCrypto is not workerd's; workerd's clock stands still while it computes.
 */
export async function timeTokenChecks(count: number) {
  const config = { TOKEN_KEYS: { k1: 'k'.repeat(43) } }
  const sign = (x: number) => signGrant(config, { videoId, epoch: 0, level: { x, k: 'wic' } })
  const timed = async (narrowings: number) => {
    const times: number[] = []
    for (let index = 0; index < count; index++) {
      let token = await sign(2_000_000_000 + index)
      for (const one of restrictions.slice(0, narrowings)) token = await narrow(token, one)
      const start = performance.now()
      await verifyGrant(config, token)
      times.push(performance.now() - start)
    }
    times.sort((a, b) => a - b)
    return { medianMs: times[Math.floor(count / 2)]!, p99Ms: times[Math.floor(count * 0.99)]! }
  }
  return { plain: await timed(0), narrowedTwice: await timed(2) }
}
