import type { EmbedConfig } from '#contracts/embed.ts'

/** What the Worker wrote into the page; undefined where it had nothing to say. */
export function readConfig(page: Document): EmbedConfig | undefined {
  const text = page.querySelector('script[type="application/json"]')?.textContent
  return text ? (JSON.parse(text) as EmbedConfig) : undefined
}

const POLL_MS = 4000

/** Reads this page again until its film plays. A line that fails is tried again. */
export async function waitForFilm(): Promise<EmbedConfig> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    if (document.hidden) continue
    const config = await readAgain().catch(() => undefined)
    if (config?.playback) return config
  }
}

async function readAgain(): Promise<EmbedConfig | undefined> {
  const response = await fetch(location.href)
  return readConfig(new DOMParser().parseFromString(await response.text(), 'text/html'))
}
