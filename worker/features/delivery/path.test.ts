import { expect, test } from 'vitest'
import { parseMediaPath } from './path.ts'
import { isAnyOf, isUnchanged, parseRange } from './range.ts'

const video = 'vid_01kaf3v9gq8y2n5s7t4w6x0z1b'
const base = `https://host/p/k1.abc.def/v/${video}/`
const encode = `e/enc_01kaf3v9gq8y2n5s7t4w6x0z1b/a1/`

test('the paths that we hand out are read', () => {
  expect(parseMediaPath(`${base}master.m3u8?x=1`)).toMatchObject({
    token: 'k1.abc.def',
    videoId: video,
    file: { from: 'master' },
    kind: 'watch',
  })
  expect(parseMediaPath(`${base}${encode}720p/seg_00012.m4s`)).toMatchObject({
    file: { from: 'stored', key: `v/${video}/${encode}720p/seg_00012.m4s` },
    contentType: 'video/mp4',
    kind: 'watch',
    heightPx: 720,
  })
  expect(parseMediaPath(`${base}${encode}audio/init.mp4`)?.contentType).toBe('audio/mp4')
  expect(parseMediaPath(`${base}${encode}poster.jpg`)?.kind).toBe('image')
  expect(parseMediaPath(`${base}${encode}storyboard_0.jpg`)?.kind).toBe('image')
  expect(parseMediaPath(`${base}${encode}captions_0.vtt`)?.kind).toBe('caption')
  expect(parseMediaPath(`${base}${encode}audio/init.mp4`)?.heightPx).toBeUndefined()
  expect(parseMediaPath(`${base}${encode}1080pav1/index.m3u8`)?.heightPx).toBe(1080)
})

test('a source is cut, and its playlist and that of an opening are read anew', () => {
  const upload = 'upl_01kaf3v9gq8y2n5s7t4w6x0z1b'
  const fileOf = (path: string) => parseMediaPath(base + path)?.file
  expect(fileOf(`s/${upload}/audio/seg_00012.m4s`)).toEqual({
    from: 'source',
    key: `v/${video}/s/${upload}/audio/seg_00012.m4s`,
  })
  expect(fileOf(`s/${upload}/video/live.m3u8`)).toEqual({
    from: 'growing-source',
    key: `v/${video}/s/${upload}/video/live.m3u8`,
    uploadId: upload,
    track: 'video',
  })
  expect(parseMediaPath(`${base}s/${upload}/video/init.mp4`)?.heightPx).toBe('source')
  expect(fileOf(`${encode}360p/live.m3u8`)).toMatchObject({ from: 'growing' })
  const hidden = ['index', '../index', 'video/index.m3u8', 'poster.jpg', 'data/init.mp4', '00001']
  for (const file of hidden) expect(fileOf(`s/${upload}/${file}`)).toBeUndefined()
})

test('what is encrypted lies below a name that no key has, beside the keys of its streams', () => {
  expect(parseMediaPath(`${base}aes/${encode}720p/seg_00012.m4s`)).toMatchObject({
    file: { from: 'stored', key: `v/${video}/${encode}720p/seg_00012.m4s` },
    isEncrypted: true,
    kind: 'watch',
    heightPx: 720,
  })
  expect(parseMediaPath(`${base}${encode}720p/seg_00012.m4s`)?.isEncrypted).toBe(false)
  expect(parseMediaPath(`${base}aes/keys/1080pav1.key`)).toMatchObject({
    file: { from: 'stream-key', stream: '1080pav1' },
    contentType: 'application/octet-stream',
    isEncrypted: true,
    kind: 'watch',
    heightPx: 1080,
  })
  expect(parseMediaPath(`${base}aes/keys/video.key`)?.heightPx).toBe('source')
  expect(parseMediaPath(`${base}aes/keys/audio.key`)?.heightPx).toBeUndefined()
  const wrong = [
    ...['master.m3u8', 'download/720p.mp4', `${encode}poster.jpg`, `${encode}captions_0.vtt`],
    ...[`${encode}720p/iframes.m3u8`, `aes/${encode}720p/init.mp4`, 'keys/a/b.key', 'keys/.key'],
  ]
  for (const file of wrong) expect(parseMediaPath(`${base}aes/${file}`), file).toBeUndefined()
})

test('files to save have a right of their own', () => {
  expect(parseMediaPath(`${base}download/720p.mp4`)).toMatchObject({
    file: { from: 'download', rung: '720p' },
    contentType: 'video/mp4',
    kind: 'download',
    heightPx: 720,
  })
  expect(parseMediaPath(`${base}download/original`)).toMatchObject({
    file: { from: 'download', rung: undefined },
    contentType: 'application/octet-stream',
    kind: 'download',
    heightPx: 'source',
  })
  for (const file of ['720p', '../720p.mp4', 'original/', '720p.mp4/', 'a/720p.mp4', '']) {
    expect(parseMediaPath(`${base}download/${file}`), file).toBeUndefined()
  }
})

test('any other spelling names nothing', () => {
  const wrong = [
    `${base}`,
    `${base}master.m3u8/`,
    `${base}MASTER.m3u8`,
    `${base}master.m3u8%00`,
    `${base}../${video}/master.m3u8`,
    `${base}./master.m3u8`,
    `${base}${encode}720p/../720p/init.mp4`,
    `${base}${encode}720p%2finit.mp4`,
    `${base}${encode}720p//init.mp4`,
    `${base}${encode}720p\\init.mp4`,
    `${base}${encode}720p/source.mp4`,
    `${base}${encode.replace('/a1/', '/a0/')}720p/init.mp4`,
    `https://host/p//v/${video}/master.m3u8`,
    `https://host/s/${video}/upl_1`,
  ]
  for (const url of wrong) expect(parseMediaPath(url), url).toBeUndefined()
})

test('ranges follow RFC 9110', () => {
  expect(parseRange('bytes=0-0', 10)).toEqual({ first: 0, last: 0 })
  expect(parseRange('bytes=3-', 10)).toEqual({ first: 3, last: 9 })
  expect(parseRange('bytes=3-99', 10)).toEqual({ first: 3, last: 9 })
  expect(parseRange('bytes=-4', 10)).toEqual({ first: 6, last: 9 })
  expect(parseRange('bytes=-40', 10)).toEqual({ first: 0, last: 9 })
  expect(parseRange(`bytes=0-${'9'.repeat(400)}`, 10)).toEqual({ first: 0, last: 9 })
  for (const header of ['bytes=10-', 'bytes=-0', 'bytes=99-100', `bytes=${'9'.repeat(400)}-`]) {
    expect(parseRange(header, 10), header).toBe('outside')
  }
  for (const header of [null, '', 'bytes=', 'bytes=-', 'bytes=5-2', 'bytes=0-1,3-4', 'lines=0-1']) {
    expect(parseRange(header, 10), `${header}`).toBeUndefined()
  }
})

test('an entity tag is known in a list, weak or by a star', () => {
  for (const header of ['"a"', 'W/"a"', '"b", "a"', '*']) {
    expect(isUnchanged(header, '"a"'), header).toBe(true)
  }
  for (const header of [null, '', 'a', '"b"']) expect(isUnchanged(header, '"a"')).toBe(false)
})

test('what must match is compared strongly', () => {
  for (const header of ['"a"', '"b", "a"', '*']) expect(isAnyOf(header, '"a"'), header).toBe(true)
  for (const header of ['W/"a"', 'a', '"b"', '']) expect(isAnyOf(header, '"a"'), header).toBe(false)
})
