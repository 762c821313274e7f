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

/** Names the film library in the embed page; the Worker keeps the line where the film plays at once. */
export function embedBuild(): Plugin {
  return {
    name: 'embed-build',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { filename, bundle }) {
        if (!filename.endsWith('embed.html')) return []
        const library = Object.values(bundle ?? {}).find(
          (one) =>
            one.type === 'chunk' && one.isDynamicEntry && one.facadeModuleId?.includes('hls.js'),
        )
        if (!library) throw new Error('hls.js is no chunk of its own any more')
        const attrs = { rel: 'modulepreload', href: `/${library.fileName}`, 'data-library': '' }
        return [{ tag: 'link', attrs, injectTo: 'head' }]
      },
    },
  }
}
