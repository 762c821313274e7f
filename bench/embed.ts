/**
 * How soon an embed shows its controls and its first picture, and what its page weighs, beside Plyr
 * and media-chrome on the whole of hls.js: `node bench/embed.ts [rounds, 5]`.
 *
 * Chromium with a quarter of its CPU, 8 Mbit/s, 60 ms, nothing cached; all on one origin, text as
 * gzip; interleaved rounds, medians. Each plays at once and muted. The others are installed from npm
 * into the folder of the run. Exits with 1 where our first picture or our weight misses its aim.
 */
import path from 'node:path'
import type { Browser } from 'playwright-core'
import { launchBrowser } from '../e2e/lib/browser.ts'
import { expectStatus } from '../scripts/lib/client.ts'
import { uploadFile } from '../scripts/lib/upload.ts'
import { until } from '../worker/test/process.ts'
import { makeFilm } from './lib/film.ts'
import { startLantern } from './lib/lantern.ts'
import { buildOtherPlayers, otherPlayers } from './lib/other-players.ts'
import { startFront } from './lib/zipping-front.ts'

const rounds = Number(process.argv[2] ?? 5)
const aims = { pictureMs: 1000, kB: 125 }
const network = {
  offline: false,
  latency: 60,
  downloadThroughput: 8e6 / 8,
  uploadThroughput: 8e6 / 8,
}

interface Seen {
  controlsMs: number
  pictureMs: number
  /** Page, scripts, styles and icons as they came; no film and no poster. */
  kB: number
}

/** In the page, before its own scripts: when the controls and the first picture are there. */
const observe = (controls: string) => `
  const seen = (globalThis.seen = { controlsMs: 0, pictureMs: 0 })
  let film
  const look = () => {
    if (!seen.controlsMs && document.querySelector('${controls}')) seen.controlsMs = performance.now()
    const now = document.querySelector('video')
    if (now && now !== film) {
      film = now
      film.requestVideoFrameCallback(() => (seen.pictureMs = performance.now()))
    }
    if (!seen.pictureMs) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)`

async function visit(browser: Browser, address: string, controls: string): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width: 960, height: 540 } })
  const page = await context.newPage()
  const cdp = await context.newCDPSession(page)
  await cdp.send('Network.enable')
  await cdp.send('Network.emulateNetworkConditions', network)
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const types = new Map<string, string>()
  let bytes = 0
  cdp.on('Network.responseReceived', ({ requestId, type }) => void types.set(requestId, type))
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (/^(?:Document|Script|Stylesheet|Other)$/.test(types.get(requestId) ?? '')) {
      bytes += encodedDataLength
    }
  })
  await page.addInitScript({ content: observe(controls) })
  await page.goto(address, { waitUntil: 'commit' })
  type Page = typeof globalThis & { seen?: Omit<Seen, 'kB'> }
  const isShown = () => ((globalThis as Page).seen?.pictureMs ?? 0) > 0
  await page.waitForFunction(isShown, undefined, { timeout: 60_000 }).catch((cause: unknown) => {
    throw new Error(`no picture at ${address}`, { cause })
  })
  const seen = await page.evaluate<Omit<Seen, 'kB'>>('globalThis.seen')
  await context.close()
  return { ...seen, kB: bytes / 1000 }
}

const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

const lantern = await startLantern({ hasWeb: true, hasTranscoder: true })
const stops: (() => unknown)[] = [() => lantern.stop()]
try {
  const others = await buildOtherPlayers(path.join(lantern.dir, 'others'))
  const film = path.join(lantern.dir, 'film.mp4')
  makeFilm(film, 12)
  const { videoId } = await uploadFile(lantern.client, lantern.user.workspaceId, film, {
    visibility: 'public',
  })
  await until('the film is ready', 600_000, async () => {
    const reply = await lantern.client.get(`/api/v1/videos/${videoId}`)
    return expectStatus(reply, 200, 'video').status === 'ready' || undefined
  })
  const front = await startFront(lantern.url, others)
  stops.push(() => front.stop())
  const browser = await launchBrowser()
  stops.push(() => browser.close())

  const playback = await (await fetch(`${front.url}/api/v1/videos/${videoId}/playback`)).json()
  const src = encodeURIComponent((playback as { hlsUrl: string }).hlsUrl)
  const pages = [
    ['lantern', `/embed/${videoId}?autoplay=1&muted=1`, '.vp-bar .vp-button'] as const,
    ...Object.entries(otherPlayers).map(
      ([name, { controls }]) => [name, `/others/${name}.html?src=${src}`, controls] as const,
    ),
  ]
  const seen = new Map<string, Seen[]>(pages.map(([name]) => [name, []]))
  // Unmeasured: storage and caches of the server are warm for all then.
  for (const [, address, controls] of pages) await visit(browser, front.url + address, controls)
  for (let round = 0; round < rounds; round++) {
    for (const [name, address, controls] of pages) {
      seen.get(name)!.push(await visit(browser, front.url + address, controls))
    }
  }
  const table = [...seen].map(([name, all]) => ({
    name,
    'controls, ms': Math.round(median(all.map(({ controlsMs }) => controlsMs))),
    'first picture, ms': Math.round(median(all.map(({ pictureMs }) => pictureMs))),
    kB: Math.round(median(all.map(({ kB }) => kB))),
  }))
  console.table(table)
  const [own] = table
  const isMet = own!['first picture, ms'] <= aims.pictureMs && own!.kB <= aims.kB
  console.log(`aim: ${aims.pictureMs} ms and ${aims.kB} kB: ${isMet ? 'met' : 'missed'}`)
  if (!isMet) process.exitCode = 1
} finally {
  for (const stop of stops.toReversed()) await stop()
}
