import { createRequire } from 'node:module'
import path from 'node:path'
import type { Plugin } from 'vite'

/**
 * hls.js from its own `src/`, with what Lantern plays and no more: CMAF with sounds of their own.
 * The package's small build leaves such sound out without a word, its full one weighs half as much
 * again. How it is done follows the `alias` plugin in rollup.config.js of hls.js. What it would log
 * goes too, a tenth of the rest: nobody reads it in a build.
 */
const features = {
  ALT_AUDIO: true,
  CMCD: false,
  MEDIA_CAPABILITIES: true,
  CONTENT_STEERING: false,
  EME_DRM: false,
  IFRAMES: false,
  INTERSTITIALS: false,
  M2TS_ADVANCED_CODECS: false,
  SUBTITLES: false,
  VARIABLE_SUBSTITUTION: false,
}

/**
 * Classes of what is off, what is idle here (dropped frames, ID3, dates, the newest moment of a
 * broadcast, a worker, which no ESM build makes), and demuxers and the remuxer of what is not CMAF:
 * where they are named, undefined will do.
 */
const absent = [
  ...['content-steering-controller', 'eme-controller', 'iframe-controller'],
  ...['interstitials-controller', 'subtitle-stream-controller', 'subtitle-track-controller'],
  ...['timeline-controller', 'cues', 'cmcd-controller', 'fps-controller', 'id3-track-controller'],
  ...['latency-controller', 'date-range', 'fetch-loader', 'inject-worker'],
  ...['tsdemuxer', 'aacdemuxer', 'mp3demuxer', 'mp4-generator', 'aac-helper'],
]
const absentNames = [
  ...['IFrameController', 'SubtitleStreamController', 'TimelineController', 'DateRange'],
  ...['fetchSupported', 'hasUMDWorker', 'injectWorker', 'loadWorker', 'removeWorkerFromStore'],
]
const nothing = [
  'export default undefined',
  ...absentNames.map((name) => `export const ${name} = undefined`),
].join('\n')

const require = createRequire(import.meta.url)
const { version } = require('hls.js/package.json') as { version: string }
const src = path.join(path.dirname(require.resolve('hls.js/package.json')), 'src')
/** They lie beside the modules that they name or stand for, but on no disk. */
const [entryId, nothingId, urlsId] = ['player-hls.js', 'nothing.js', 'urls.js'].map((name) =>
  path.join(src, name),
) as [string, string, string]
/** Of its own libraries two are CommonJS, which costs a wrapper: one has a module too, one the browser. */
const emitter = path.join(
  path.dirname(require.resolve('eventemitter3/package.json')),
  'dist/eventemitter3.esm.js',
)
const urls = 'export const buildAbsoluteURL = (base, relative) => new URL(relative, base).href'
/** What the player uses. */
const entry = `
export { default } from './hls'
export { default as M3U8Parser } from './loader/m3u8-parser'
export { Events } from './events'
export { ErrorDetails, ErrorTypes } from './errors'
export { Level } from './types/level'
`

type Node = Record<string, unknown> & { type: string; start: number; end: number }

/** `this.log(…)`, `logger.warn(…)`, `hls.logger.debug(…)` where they are statements of their own. */
function withoutLogs(code: string, program: object): string {
  const cuts: Node[] = []
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(walk)
    if (!isNode(node)) return
    if (node.type === 'ExpressionStatement' && isLog(node['expression'])) cuts.push(node)
    else Object.values(node).forEach(walk)
  }
  walk(program)
  return cuts.reduceRight(
    (text, { start, end }) => `${text.slice(0, start)};${text.slice(end)}`,
    code,
  )
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

function isLog(call: unknown): boolean {
  if (!isNode(call) || call.type !== 'CallExpression' || !isNode(call['callee'])) return false
  const { object, property } = call['callee'] as { object?: Node; property?: Node }
  const isLogger =
    object?.['name'] === 'logger' ||
    (object?.['property'] as Node | undefined)?.['name'] === 'logger'
  const name = String(property?.['name'])
  if (isLogger) return /^(?:log|debug|info|warn|error|trace)$/.test(name)
  return object?.type === 'ThisExpression' && /^(?:log|debug|info|warn)$/.test(name)
}

export function hlsBuild(): Plugin {
  const uses = Object.entries(features).map(([name, isOn]) => [`__USE_${name}__`, String(isOn)])
  return {
    name: 'hls-build',
    enforce: 'pre',
    config: () => ({
      define: { ...Object.fromEntries(uses), __VERSION__: JSON.stringify(version) },
      optimizeDeps: { exclude: ['hls.js'] },
    }),
    resolveId(id, importer) {
      if (id === 'hls.js') return entryId
      if (!importer?.startsWith(src)) return undefined
      if (id === 'eventemitter3') return emitter
      if (id === 'url-toolkit') return urlsId
      const name = path.basename(id)
      // Others need functions that lie beside its class.
      const isIdle = name === 'mp4-remuxer' && path.basename(importer) === 'transmuxer.ts'
      return isIdle || absent.includes(name) ? nothingId : undefined
    },
    load: (id) => ({ [entryId]: entry, [nothingId]: nothing, [urlsId]: urls })[id],
    // After TypeScript is off; a development server keeps the words.
    transform: {
      order: 'post',
      handler(code, id) {
        if (this.environment?.mode === 'dev' || !id.startsWith(src)) return undefined
        return { code: withoutLogs(code, this.parse(code)), map: null }
      },
    },
  }
}
