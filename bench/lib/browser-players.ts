/**
 * Plays a master playlist to its end in Chromium, first by hls.js as it is published, then by
 * Shaka: `node bench/lib/browser-players.ts <address>`. Ends with 0 where both came to the end
 * without an error. Fast, for nobody watches.
 */
import path from 'node:path'
import { launchBrowser } from '../../e2e/lib/browser.ts'
import { root } from '../../scripts/lib/paths.ts'

const [masterUrl = ''] = process.argv.slice(2)
const limitMs = 120_000

/** In the page: resolves with null at the end, else with what went wrong. */
const players = {
  'hls.js': `(url, video) => new Promise((resolve) => {
    const hls = new Hls({ enableWorker: false })
    hls.on(Hls.Events.ERROR, (_, data) => data.fatal && resolve(data.details))
    hls.loadSource(url)
    hls.attachMedia(video)
    video.onended = () => (hls.destroy(), resolve(null))
    hls.on(Hls.Events.MANIFEST_PARSED, () => video.play())
  })`,
  shaka: `async (url, video) => {
    shaka.polyfill.installAll()
    const player = new shaka.Player()
    await player.attach(video)
    const failed = new Promise((resolve) =>
      player.addEventListener('error', ({ detail }) => resolve('shaka ' + detail.code)))
    const ended = new Promise((resolve) => (video.onended = () => resolve(null)))
    await player.load(url)
    await video.play()
    return Promise.race([failed, ended])
  }`,
}

const browser = await launchBrowser()
let trouble = ''
try {
  for (const [name, play] of Object.entries(players)) {
    const page = await browser.newPage()
    const file =
      name === 'shaka' ? 'shaka-player/dist/shaka-player.compiled.js' : 'hls.js/dist/hls.js'
    await page.addScriptTag({ path: path.join(root, 'node_modules', file) })
    const script = `(async () => {
      const video = document.body.appendChild(document.createElement('video'))
      video.muted = true
      video.defaultPlaybackRate = video.playbackRate = 4
      const late = new Promise((resolve) =>
        setTimeout(() => resolve('stands at ' + video.currentTime), ${limitMs}))
      return Promise.race([late, (${play})(${JSON.stringify(masterUrl)}, video)])
    })()`
    const said = await page.evaluate(script)
    if (said !== null) trouble += `${name}: ${String(said)} `
    await page.close()
  }
} finally {
  await browser.close()
}
console.log(trouble || 'both to the end')
process.exit(trouble ? 1 : 0)
