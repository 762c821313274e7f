import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inRoot } from '../../scripts/lib/paths.ts'

const page = `<!doctype html><title>Shaka</title><video muted></video>
<script src="/shaka.js"></script>
<script>
  const player = new shaka.Player()
  const problems = []
  player.addEventListener('error', (event) => problems.push(String(event.detail)))
  const video = document.querySelector('video')
  async function start(url) {
    await player.attach(video)
    await player.load(url)
    await video.play()
  }
  start(new URL(location).searchParams.get('url')).catch((error) => problems.push(String(error)))
</script>`

/** A player of another make on a page of another origin. `?url=` names what it plays. */
export async function serveShaka(): Promise<{ url: string; stop: () => void }> {
  const script = await readFile(inRoot('node_modules/shaka-player/dist/shaka-player.compiled.js'))
  const server = createServer((request, response) => {
    const isScript = request.url === '/shaka.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : page)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return { url, stop: () => void server.close() }
}
