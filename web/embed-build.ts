import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url))

/** Pages of their own beside the app, and the file that other sites load under a lasting name. */
export const inputs = {
  index: at('index.html'),
  embed: at('embed.html'),
  'embed-client': at('embed/client.ts'),
}

export const entryFileNames = ({ name }: { name: string }) =>
  name === 'embed-client' ? '[name].js' : 'assets/[name]-[hash].js'

const library = /hls\.js|engine-hls\.ts$/

/** Names what plays films in the embed page; the Worker keeps the line where the film plays at once. */
export function embedBuild(): Plugin {
  return {
    name: 'embed-build',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { filename, bundle }) {
        if (!filename.endsWith('embed.html')) return []
        const chunks = Object.values(bundle ?? {}).filter(
          (one) =>
            one.type === 'chunk' && one.isDynamicEntry && library.test(one.facadeModuleId ?? ''),
        )
        if (chunks.length !== 2) throw new Error('hls.js and our engine are no chunks of their own')
        const files = new Set(
          chunks.flatMap((one) => [one.fileName, ...(one.type === 'chunk' ? one.imports : [])]),
        )
        const rest = [...files].filter((file) => !html.includes(file))
        return rest.map((fileName) => ({
          tag: 'link',
          attrs: { rel: 'modulepreload', href: `/${fileName}`, 'data-library': '' },
          injectTo: 'head' as const,
        }))
      },
    },
  }
}
