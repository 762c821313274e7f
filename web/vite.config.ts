import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig, minify, type Plugin, transformWithOxc } from 'vite'
import solid from 'vite-plugin-solid'
import { embedBuild, entryFileNames, inputs } from './embed-build.ts'
import packageJson from '../package.json' with { type: 'json' }
import { hlsBuild } from './hls-build.ts'

const edgeUrl = process.env.LANTERN_EDGE_URL
const edgePaths = [
  '^/api/v1/', // not all of /api/: the folder api/ and the page /api/docs are served from here
  '^/p/',
  '^/internal/',
  '^/outbox',
  '^/healthz',
  '^/readyz',
  '^/[.]well-known/',
  '^/cdn-cgi/',
  '^/oembed',
  '^/sitemap',
  '^/robots[.]txt',
]

const narrowSource = fileURLToPath(new URL('../worker/contracts/narrow.ts', import.meta.url))

async function writeNarrow(): Promise<string> {
  const { code } = await transformWithOxc(await readFile(narrowSource, 'utf8'), narrowSource)
  return (await minify('narrow.js', code)).code
}

/** `/narrow.js`: what narrows a link, for every program that holds one. */
const narrowFile: Plugin = {
  name: 'narrow-file',
  configureServer({ middlewares }) {
    middlewares.use('/narrow.js', async (_request, response) => {
      response.setHeader('content-type', 'text/javascript').end(await writeNarrow())
    })
  },
  async generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'narrow.js', source: await writeNarrow() })
  },
}

/** What each page needs of the player and of the bundler: one file, for a request costs a round trip. */
const small = {
  name: 'base',
  test: /preload-helper|rolldown.runtime|player.(?:token|clock|prefs|buffer|sound)\.ts/,
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [hlsBuild(), solid(), tailwindcss(), embedBuild(), narrowFile],
  define: { __LANTERN_VERSION__: JSON.stringify(packageJson.version) },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: inputs,
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames, codeSplitting: { groups: [small] } },
    },
    assetsInlineLimit: 0, // the content security policy allows no data: scripts or fonts
  },
  server: {
    // Host stays as the browser sent it: presigned addresses and cookies are made from it.
    proxy: edgeUrl
      ? Object.fromEntries(
          edgePaths.map((path) => [path, { target: edgeUrl, changeOrigin: false }]),
        )
      : {},
  },
})
