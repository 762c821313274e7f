import type { World } from './world.ts'

interface Shown {
  name: string
  location: string | null
  encodeId: string
  attempt: number
}

const shownRenditions = `select name, location, encode_id as encodeId, attempt
  from renditions join encodes on encodes.id = encode_id
  where encode_id = (select encode_id from videos where videos.id = ?)`
const shownPictures = `select coalesce(pictures_prefix, prefix) as prefix,
    pictures ->> '$.posters[0].key' as poster
  from encodes where id = (select encode_id from videos where videos.id = ?)`

/** Addresses in a playlist: its lines, and those in attributes. */
const urisOf = (playlist: string): string[] => [
  ...playlist.split('\n').filter((line) => line && !line.startsWith('#')),
  ...[...playlist.matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri!),
]

const keyOf = (uri: string, base: string): string =>
  new URL(uri, `http://bucket/${base}`).pathname.slice(1)

/**
 * What the renditions and posters of a video name, against what lies in storage: `missing` is named
 * and not there, `extra` is there and named by nobody.
 */
export async function compareStored(world: World, videoId: string) {
  const listed = await world.bucket.list({ prefix: `v/${videoId}/` })
  const stored = new Set(listed.objects.map(({ key }) => key))
  const named = new Set<string>()
  const rows = (await world.db.prepare(shownRenditions).bind(videoId).all<Shown>()).results
  for (const { name, location, encodeId, attempt } of rows) {
    const folder = `v/${videoId}/e/${location ?? `${encodeId}/a${attempt}`}/${name}/`
    const playlists = [`${folder}index.m3u8`]
    if (stored.has(`${folder}iframes.m3u8`)) playlists.push(`${folder}iframes.m3u8`)
    for (const playlist of playlists) {
      named.add(playlist)
      const text = await (await world.bucket.get(playlist))?.text()
      for (const uri of urisOf(text ?? '')) named.add(keyOf(uri, playlist))
    }
  }
  type Picture = { prefix: string; poster: string | null }
  const picture = await world.db.prepare(shownPictures).bind(videoId).first<Picture>()
  if (picture?.poster) named.add(picture.prefix + picture.poster)
  return {
    names: rows.map(({ name }) => name).toSorted(),
    missing: [...named].filter((key) => !stored.has(key)),
    extra: [...stored].filter((key) => !named.has(key)),
  }
}
