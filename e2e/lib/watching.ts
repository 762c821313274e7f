import type { Page } from 'playwright-core'

export interface Screen {
  currentTime: number
  duration: number
  paused: boolean
  ended: boolean
  muted: boolean
  widthPx: number
  heightPx: number
  decodedAudioBytes: number
  error: string | null
}

/** What the page's film shows right now. */
export const readScreen = (page: Page): Promise<Screen> =>
  page.locator('video').evaluate((element) => {
    const video = element as HTMLVideoElement & { webkitAudioDecodedByteCount: number }
    return {
      currentTime: video.currentTime,
      duration: video.duration,
      paused: video.paused,
      ended: video.ended,
      muted: video.muted,
      widthPx: video.videoWidth,
      heightPx: video.videoHeight,
      decodedAudioBytes: video.webkitAudioDecodedByteCount,
      error: video.error?.message ?? null,
    }
  })

/** Until the film's first picture stands. */
export const waitForPicture = async (page: Page): Promise<void> =>
  void (await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2))

/**
 * Starts the film by its key. What runs in the page from here counts as a viewer's act there, so
 * the film may be running already; it is stopped first.
 */
export async function startFilm(page: Page): Promise<void> {
  await waitForPicture(page)
  await page.locator('video').evaluate((video: HTMLVideoElement) => video.pause())
  await page.keyboard.press('k')
}

const player = (page: Page) => page.getByRole('region', { name: 'Video player' })

/** Opens the settings at the list of qualities and answers their names, sharpest first. */
export async function openQualities(page: Page): Promise<string[]> {
  await player(page).hover()
  await player(page).getByRole('button', { name: 'Settings' }).click()
  const quality = player(page).getByRole('menuitem', { name: /^Quality/ })
  if ((await quality.count()) === 0) {
    await page.keyboard.press('Escape')
    return []
  }
  await quality.click()
  const names = await player(page).getByRole('menuitemradio').allTextContents()
  return names.filter((name) => !name.startsWith('Auto'))
}

/** With the list of qualities open. */
export const chooseQuality = (page: Page, name: string): Promise<void> =>
  player(page).getByRole('menuitemradio', { name, exact: true }).click()
