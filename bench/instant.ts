/**
 * How long from the last byte of an upload to the first picture on a page?
 *
 *   node bench/instant.ts [runs a film, 10]
 *
 * Real Chromium, the real pages, one run, films of 10 s, 10 min and 3 h with their index at the end.
 * First the watch page, opened by a link once the upload is complete; then the upload page itself;
 * then one on a slow line; then films that browsers do not play, with the real transcoder beside.
 * Needs an otherwise idle machine.
 */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { Page } from 'playwright-core'
import { ffmpeg } from '../scripts/lib/clip.ts'
import { launchBrowser, openVisitor } from '../e2e/lib/browser.ts'
import { type BenchLantern, startLantern } from './lib/lantern.ts'
import { sendParts } from './lib/upload.ts'

const runs = Number(process.argv[2] ?? 10)
const browser = await launchBrowser()
async function measurePlayable(): Promise<void> {
  const lantern = await startLantern({ hasWeb: true })
  try {
    const films = await makeFilms(lantern.dir)
    const page = await openPage(lantern)
    await page.goto('/')
    console.log(`Last byte acknowledged → first picture on the watch page, ${runs} runs each`)
    console.log('\nIndex at the end, both ends sent first, as the web does')
    await measureWatchPage(lantern, page, films, 'ends')
    console.log('\nIndex at the end, parts sent in file order, as a plain client does')
    await measureWatchPage(lantern, page, films, 'file')
    await measureUploadPage(page, films)
    await measureThrottled(lantern, page, films[1]!.file)
  } finally {
    await lantern.stop()
  }
}

type Order = Parameters<typeof sendParts>[2]

async function measureWatchPage(
  lantern: BenchLantern,
  page: Page,
  films: Film[],
  order: Order,
): Promise<void> {
  const times: Record<string, number[]> = {}
  for (let run = 0; run < runs + 1; run++) {
    for (const film of films) {
      const ms = await watchAfterUpload(lantern, page, film.file, order)
      if (run > 0) (times[film.name] ??= []).push(ms) // the first warms caches and compilers
    }
  }
  for (const { name, sizeBytes } of films) report(name, times[name]!, sizeBytes)
  const ratio = median(times['3 h']!) / median(times['10 s']!)
  console.log(`  Ratio 3 h / 10 s: ${ratio.toFixed(2)}`)
}

const openPage = async (lantern: BenchLantern): Promise<Page> =>
  (await openVisitor(browser, lantern, { user: lantern.user })).newPage()

interface Film {
  name: string
  file: string
  sizeBytes: number
}

/** 1080p30, key frames each 2 s, some 0.85 Mbit/s, index at the end. */
async function makeFilms(dir: string): Promise<Film[]> {
  const minute = path.join(dir, 'minute.mp4')
  await ffmpeg([
    ...['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30:duration=60'],
    ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000:duration=60'],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', '60'],
    ...[
      '-b:v',
      '760k',
      '-maxrate',
      '900k',
      '-bufsize',
      '1800k',
      '-c:a',
      'aac',
      '-b:a',
      '96k',
      minute,
    ],
  ])
  const lengths: [string, number][] = [
    ['10 s', 10],
    ['10 min', 600],
    ['3 h', 10_800],
  ]
  const films: Film[] = []
  for (const [name, seconds] of lengths) {
    const file = path.join(dir, `${seconds}.mp4`)
    const loops = ['-stream_loop', `${Math.ceil(seconds / 60)}`]
    await ffmpeg([...loops, '-i', minute, '-t', `${seconds}`, '-c', 'copy', file])
    films.push({ name, file, sizeBytes: (await stat(file)).size })
  }
  return films
}

/** Uploads, opens the film's page as a link would, and answers ms to its first picture. */
async function watchAfterUpload(
  lantern: BenchLantern,
  page: Page,
  file: string,
  order: Order,
): Promise<number> {
  const { acknowledgedAt, videoId: id, complete } = await sendParts(lantern, file, order)
  await complete()
  const shownAt = await page.evaluate(`(${openAndWait})(${JSON.stringify(id)})`)
  const problem = await page.evaluate('document.querySelector("video")?.error?.message ?? ""')
  if (problem) throw new Error(String(problem))
  await page.goBack()
  await lantern.client.delete(`/api/v1/videos/${id}`)
  return Number(shownAt) - acknowledgedAt
}

/** In the page: follows a link within the app; epoch ms at which the film's first picture stood. */
const openAndWait = `(id) => new Promise((resolve) => {
  const link = Object.assign(document.createElement('a'), { href: '/watch/' + id })
  document.body.append(link)
  const look = new MutationObserver(() => {
    const video = document.querySelector('video')
    if (!video) return
    look.disconnect()
    video.requestVideoFrameCallback((now) => resolve(performance.timeOrigin + now))
  })
  look.observe(document.body, { childList: true, subtree: true })
  link.click()
  link.remove()
})`

/** Notes in the page when the last part was acknowledged and when a film's first picture stood. */
const noteMoments = `
  window.moments = { lastByte: 0, firstPicture: 0 }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries())
      if (entry.name.includes('/s3/')) moments.lastByte = performance.timeOrigin + entry.responseEnd
  }).observe({ type: 'resource' })
  const seen = new WeakSet()
  const look = () => {
    const video = document.querySelector('video')
    if (!video || seen.has(video)) return
    seen.add(video)
    video.requestVideoFrameCallback((now) => {
      moments.firstPicture ||= performance.timeOrigin + now
    })
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
`

/** ms from the last byte to the first picture in the upload's own row; negative: it played before. */
async function uploadInPage(first: Page, file: string, bytesPerSecond?: number) {
  const page = await first.context().newPage()
  await page.addInitScript(noteMoments)
  await page.goto('/studio/upload')
  if (bytesPerSecond) {
    const session = await page.context().newCDPSession(page)
    await session.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 20, downloadThroughput: -1 },
      uploadThroughput: bytesPerSecond,
    })
  }
  const chosenAt = Date.now()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await chooser).setFiles(file)
  await page.waitForFunction('moments.firstPicture > 0', undefined, { timeout: 120_000 })
  await page.getByText('Plays now, sharper versions coming').waitFor({ timeout: 120_000 })
  const { lastByte, firstPicture } = (await page.evaluate('moments')) as Record<string, number>
  await page.close()
  return { afterLastByte: firstPicture! - lastByte!, afterChoice: firstPicture! - chosenAt }
}

async function measureUploadPage(page: Page, films: Film[]): Promise<void> {
  console.log('\nThe same in the upload page, which sends both ends of a file first, 3 runs')
  for (const { name, file, sizeBytes } of films) {
    const times: number[] = []
    for (let run = 0; run < 3; run++) times.push((await uploadInPage(page, file)).afterLastByte)
    report(name, times, sizeBytes)
  }
}

async function measureThrottled(lantern: BenchLantern, page: Page, file: string): Promise<void> {
  const quick = path.join(lantern.dir, 'faststart.mp4')
  await ffmpeg(['-i', file, '-c', 'copy', '-movflags', '+faststart', quick])
  const { size } = await stat(quick)
  const rate = size / 20
  const { afterLastByte, afterChoice } = await uploadInPage(page, quick, rate)
  console.log(`\nA fast-start MP4 of 10 min at ${(rate / 1e6).toFixed(1)} MB/s, so in some 20 s:`)
  console.log(`  first picture ${(afterChoice / 1000).toFixed(1)} s after the file was chosen,`)
  console.log(`  ${(-afterLastByte / 1000).toFixed(1)} s before its last byte was up`)
}

/** Films that browsers cannot play: what is shown is made by the transcoder. */
async function measureOpenings(): Promise<void> {
  const lantern = await startLantern({ hasWeb: true, hasTranscoder: true })
  try {
    const page = await openPage(lantern)
    await page.goto('/')
    console.log(
      '\nLast byte acknowledged → first picture of films that browsers do not play, 3 runs',
    )
    for (const [name, options] of Object.entries(exotic)) {
      const file = path.join(lantern.dir, name.replaceAll(' ', '-') + options.ending)
      await ffmpeg([...options.make, file])
      const times: number[] = []
      for (let run = 0; run < 3; run++)
        times.push(await watchAfterUpload(lantern, page, file, 'ends'))
      report(name, times, (await stat(file)).size)
    }
  } finally {
    await lantern.stop()
  }
}

const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=30']
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000']
const minute = [...picture, ...sound, '-t', '60']
const exotic: Record<string, { ending: string; make: string[] }> = {
  'HEVC 1080p, 60 s': {
    ending: '.mp4',
    make: [...minute, '-c:v', 'libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1', '-c:a', 'aac'],
  },
  'MPEG-2 1080p, 60 s': {
    ending: '.ts',
    make: [...minute, '-c:v', 'mpeg2video', '-b:v', '15M', '-c:a', 'mp2'],
  },
  'VFR screen recording, one key frame, 60 s': {
    ending: '.mp4',
    make: [
      ...minute,
      ...['-vf', "select='lt(random(1),0.3)'", '-vsync', 'vfr'],
      ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv444p', '-g', '100000'],
      ...['-c:a', 'aac'],
    ],
  },
  'ProRes 1080p, 10 s': {
    ending: '.mov',
    make: [...picture, ...sound, '-t', '10', '-c:v', 'prores_ks', '-c:a', 'pcm_s16le'],
  },
  'H.264 with AC-3, 60 s': {
    ending: '.mp4',
    make: [
      ...minute,
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'ac3',
    ],
  },
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}

function report(name: string, times: number[], sizeBytes: number): void {
  const sorted = times.toSorted((a, b) => a - b)
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1]!
  const size = `${(sizeBytes / 1e6).toFixed(0)} MB`.padStart(8)
  const show = (ms: number) => `${(ms / 1000).toFixed(2)} s`.padStart(9)
  console.log(`  ${name.padEnd(44)}${size}  median${show(median(times))}  p95${show(p95)}`)
}

try {
  await measurePlayable()
  await measureOpenings()
} finally {
  await browser.close()
}
