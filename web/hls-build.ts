import { createRequire } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'vite'

/**
 * hls.js from its own `src/`, with what Lantern plays and no more: CMAF with sounds of their own.
 * The package's small build leaves such sound out without a word, its full one weighs half as much
 * again. How it is done follows the `alias` plugin in rollup.config.js of hls.js.
 */
const features = {
  ALT_AUDIO: true,
  CMCD: true,
  MEDIA_CAPABILITIES: true,
  CONTENT_STEERING: false,
  EME_DRM: false,
  IFRAMES: false,
  INTERSTITIALS: false,
  M2TS_ADVANCED_CODECS: false,
  SUBTITLES: false,
  VARIABLE_SUBSTITUTION: false,
}

/** Classes of what is off, and demuxers of what is not CMAF: where they are named, undefined will do. */
const absent = [
  ...['content-steering-controller', 'eme-controller', 'iframe-controller'],
  ...['interstitials-controller', 'subtitle-stream-controller', 'subtitle-track-controller'],
  ...['timeline-controller', 'cues', 'tsdemuxer', 'aacdemuxer', 'mp3demuxer'],
]
const nothing = `
export default undefined
export const IFrameController = undefined
export const SubtitleStreamController = undefined
export const TimelineController = undefined
`

const require = createRequire(import.meta.url)
const { version } = require('hls.js/package.json') as { version: string }
const src = path.join(path.dirname(require.resolve('hls.js/package.json')), 'src')
/** Both lie beside the modules that they name or stand for, but on no disk. */
const [entryId, nothingId] = [path.join(src, 'player-hls.js'), path.join(src, 'nothing.js')]
/** What the player uses. */
const entry = `
export { default } from './hls'
export { default as M3U8Parser } from './loader/m3u8-parser'
export { Events } from './events'
export { ErrorDetails, ErrorTypes } from './errors'
export { Level } from './types/level'
`

export function hlsBuild(): Plugin {
  const uses = Object.entries(features).map(([name, isOn]) => [`__USE_${name}__`, String(isOn)])
  return {
    name: 'hls-build',
    enforce: 'pre',
    config: () => ({
      define: { ...Object.fromEntries(uses), __VERSION__: JSON.stringify(version) },
      // Of its own libraries these are CommonJS, which a development server has to turn into modules.
      optimizeDeps: { exclude: ['hls.js'], include: ['eventemitter3', 'url-toolkit'] },
    }),
    resolveId(id, importer) {
      if (id === 'hls.js') return entryId
      const isAbsent = importer?.startsWith(src) && absent.includes(path.basename(id))
      return isAbsent ? nothingId : undefined
    },
    load: (id) => ({ [entryId]: entry, [nothingId]: nothing })[id],
  }
}
