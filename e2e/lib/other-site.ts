import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OtherSite {
  /** The same pages under two sites that are foreign to the server, and to each other. */
  origins: [string, string]
  stop: () => void
}

/** Pages of other people with a frame in them: `/?src=…&size=640x360`. */
export async function startOtherSite(): Promise<OtherSite> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://x')
    const [src, size] = [searchParams.get('src') ?? '', searchParams.get('size') ?? '640x360']
    const [width, height] = size.split('x')
    response.setHeader('content-type', 'text/html')
    response.end(
      `<!doctype html><html lang="en"><title>Their page</title><body style="margin:0">
       <iframe src="${src}" width="${width}" height="${height}" title="Film" style="border:0"
        allow="autoplay; fullscreen; picture-in-picture"></iframe>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  return {
    origins: [`http://localhost:${port}`, `http://embedder.localhost:${port}`],
    stop: () => server.close(),
  }
}
