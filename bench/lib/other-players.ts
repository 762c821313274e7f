import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { build } from 'vite'

const packages = ['plyr@3.8.4', 'media-chrome@4.19.4', 'hls.js@1.7.4']

interface OtherPlayer {
  body: string
  script: string
  /** Is there once its viewer could use it. */
  controls: string
}

const attach = `
const video = document.querySelector('video')
const hls = new Hls()
hls.loadSource(new URLSearchParams(location.search).get('src'))
hls.attachMedia(video)
hls.on(Hls.Events.MANIFEST_PARSED, () => video.play())`

/** What others put into a frame: their usual player on hls.js as it is published. */
export const otherPlayers: Record<string, OtherPlayer> = {
  plyr: {
    body: `<video controls muted playsinline crossorigin></video>`,
    script: `import Plyr from 'plyr'
import sprite from './node_modules/plyr/dist/plyr.svg?url'
import './node_modules/plyr/dist/plyr.css'
import Hls from 'hls.js'
new Plyr('video', { iconUrl: sprite })
${attach}`,
    controls: '.plyr__controls',
  },
  'media-chrome': {
    body: `<media-controller><video slot="media" muted playsinline crossorigin></video>
<media-control-bar><media-play-button></media-play-button><media-mute-button></media-mute-button>
<media-volume-range></media-volume-range><media-time-range></media-time-range>
<media-time-display showduration></media-time-display><media-captions-button></media-captions-button>
<media-fullscreen-button></media-fullscreen-button></media-control-bar></media-controller>`,
    script: `import 'media-chrome'
import Hls from 'hls.js'
${attach}`,
    controls: 'media-play-button:defined',
  },
}

/** Installs and builds a page for each below `dir`; answers the folder with the pages in it. */
export async function buildOtherPlayers(dir: string): Promise<string> {
  await mkdir(dir, { recursive: true })
  await writeFile(path.join(dir, 'package.json'), '{"private":true,"type":"module"}')
  const npm = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages]
  await promisify(execFile)('npm', npm, { cwd: dir })
  for (const [name, { body, script }] of Object.entries(otherPlayers)) {
    await writeFile(path.join(dir, `${name}.js`), script)
    const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${name}</title>
<script type="module" src="/${name}.js"></script></head><body>${body}</body></html>`
    await writeFile(path.join(dir, `${name}.html`), page)
  }
  const input = Object.keys(otherPlayers).map((name) => path.join(dir, `${name}.html`))
  await build({
    ...{ root: dir, base: '/others/', configFile: false, logLevel: 'error' },
    build: { rolldownOptions: { input }, modulePreload: { polyfill: false }, target: 'es2022' },
  })
  return path.join(dir, 'dist')
}
