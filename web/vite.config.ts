import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
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

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [hlsBuild(), solid(), tailwindcss(), embedBuild()],
  define: { __LANTERN_VERSION__: JSON.stringify(packageJson.version) },
  build: {
    outDir: fileURLToPath(new URL('../dist/web', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: inputs,
      preserveEntrySignatures: 'exports-only',
      output: { entryFileNames },
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
