import type { BenchLantern } from './lantern.ts'

const read = async (url: string | URL): Promise<string> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${response.status} for ${url}`)
  return response.text()
}

/** Lines that are addresses, and those in attributes. */
function listUris(playlist: string): string[] {
  const lines = playlist.split('\n').filter((line) => line && !line.startsWith('#'))
  const attributes = [...playlist.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri!)
  return [...new Set([...lines, ...attributes])]
}

const keyOf = (url: URL): string => url.pathname.replace(/^\/p\/[^/]+\//, '')

/** Keys of all objects of an encode that a viewer or the owner of a video can come to. */
export async function listShown(
  { client }: Pick<BenchLantern, 'client'>,
  videoId: string,
): Promise<Set<string>> {
  const video = (await client.get(`/api/v1/videos/${videoId}`)).body
  const playback = (await client.get(`/api/v1/videos/${videoId}/playback`)).body
  const keys = new Set<string>()
  for (const uri of listUris(await read(playback.hlsUrl))) {
    const url = new URL(uri, playback.hlsUrl)
    if (!keyOf(url).includes('/e/')) continue
    keys.add(keyOf(url))
    for (const inner of listUris(await read(url))) keys.add(keyOf(new URL(inner, url)))
  }
  // Only the smallest is named by the master; the others lie beside their playlists.
  for (const key of keys) {
    if (/\/\d+p\w*\/index\.m3u8$/.test(key)) keys.add(key.replace('index.m3u8', 'iframes.m3u8'))
  }
  const pictures = [
    ...[playback.posterUrl, playback.storyboardUrl, playback.peaksUrl, video.previewUrl],
    ...video.posters.map(({ url }: { url: string }) => url),
    ...playback.captions.map(({ url }: { url: string }) => url),
  ]
  for (const picture of pictures) if (picture) keys.add(keyOf(new URL(picture)))
  if (playback.storyboardUrl) {
    const cues = await read(playback.storyboardUrl)
    for (const [name] of cues.matchAll(/storyboard_\d+\.jpg/g)) {
      keys.add(keyOf(new URL(name, playback.storyboardUrl)))
    }
  }
  return keys
}
