import type { Locator, Page } from 'playwright-core'

export const filmTitle = 'Night tide at Kråkenes'
export const chapters = [
  { startMs: 0, title: 'The last ferry' },
  { startMs: 1000, title: 'The lamp room' },
  { startMs: 2500, title: 'First light' },
]

const vtt = 'WEBVTT\n\n00:00.000 --> 00:04.000\nThat is the moment.\n'

/** The films of a test world have no captions: two tracks come in on the way. */
export async function addCaptions(page: Page): Promise<void> {
  await page.route('**/captions/*.vtt', (route) =>
    route.fulfill({ contentType: 'text/vtt', body: vtt }),
  )
  await page.route('**/api/v1/videos/*/playback', async (route) => {
    const response = await route.fetch()
    const captions = ['English', 'Norsk'].map((label) => {
      const language = label === 'English' ? 'en' : 'nb'
      return { language, label, url: `/captions/${language}.vtt` }
    })
    await route.fulfill({ response, json: { ...(await response.json()), captions } })
  })
}

export const player = (page: Page): Locator => page.getByRole('region', { name: 'Video player' })

export const control = (page: Page, name: string | RegExp): Locator =>
  player(page).getByRole('button', { name, exact: true })

/** Round and round, so that a test has as long as it takes. */
export const loopFilm = (page: Page) =>
  page.locator('video').evaluate((video: HTMLVideoElement) => void (video.loop = true))

export const film = <T>(page: Page, read: (video: HTMLVideoElement) => T) =>
  page.locator('video').evaluate(read)
