import type { Playback } from '#contracts/video.ts'
import type { VideoId } from '#contracts/id.ts'
import type { Frame, Page } from 'playwright-core'
import { kinds, signGrant } from '../../worker/features/delivery/token.ts'
import type { World } from '../../worker/test/world.ts'

/** Lets the world's clock go with the real one, so that short tokens end. */
export function runClock(world: World): () => void {
  const timer = setInterval(() => world.tick(Date.now() - world.now()), 50)
  return () => clearInterval(timer)
}

/** A token of a film that lives for so long. */
export async function mintToken(
  world: World,
  videoId: VideoId,
  lifeMs: number,
): Promise<{ token: string; endsAt: number }> {
  const keys = { TOKEN_KEYS: JSON.parse(world.secrets.TOKEN_KEYS) as Record<string, string> }
  const endsAt = Date.now() + lifeMs
  const level = { k: kinds.watch, x: Math.floor(endsAt / 1000) }
  return { token: await signGrant(keys, { videoId, epoch: 0, level }), endsAt }
}

/** The page gets links that live for so long. Answers the token of each link that it was given. */
export async function shortenLinks(page: Page, world: World, lifeMs: number): Promise<string[]> {
  const given: string[] = []
  await page.route('**/api/v1/videos/*/playback', async (route) => {
    const response = await route.fetch()
    const playback = (await response.json()) as Playback
    const { token, endsAt } = await mintToken(world, playback.videoId as VideoId, lifeMs)
    given.push(token)
    const hlsUrl = playback.hlsUrl.replace(/\/p\/[^/]+/, `/p/${token}`)
    const expiresAt = new Date(endsAt).toISOString()
    await route.fulfill({ response, json: { ...playback, hlsUrl, expiresAt } })
  })
  return given
}

/**
 * Notes the moments, from the first picture on, at which the film stood for want of data. A wait with
 * film ahead is for the decoder, which on a busy machine does not keep up with four times the speed.
 */
export const noteStalls = async (page: Page): Promise<void> =>
  void (await page.addInitScript(() => {
    let isRunning = false
    const noted = globalThis as unknown as { stalls: string[] }
    noted.stalls = []
    document.addEventListener('playing', () => (isRunning = true), true)
    const note = ({ target }: Event) => {
      const { currentTime, buffered } = target as HTMLVideoElement
      const ends = Array.from({ length: buffered.length }, (_, place) => buffered.end(place))
      const end = ends.find((one) => one >= currentTime) ?? currentTime
      if (isRunning && end - currentTime < 0.5) noted.stalls.push(`at ${currentTime} of ${end}`)
    }
    document.addEventListener('waiting', note, true)
  }))

export const readStalls = (page: Page | Frame): Promise<string[]> => page.evaluate('stalls')

/** The tokens that segments were asked for under, in order and each once. */
export function watchTokens(page: Page): () => string[] {
  const seen = new Set<string>()
  page.on('request', (request) => {
    const token = /\/p\/([^/]+)\/v\/.*\.m4s/.exec(request.url())?.[1]
    if (token) seen.add(token)
  })
  return () => [...seen]
}
