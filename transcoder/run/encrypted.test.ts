import { writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { makeFolder } from '../test/clip.ts'
import { refuseEncrypted } from './encrypted.ts'

const folder = makeFolder()
afterAll(folder.remove)

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(body.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

const zeros = (length: number) => Buffer.alloc(length)
const sinf = box('sinf', box('frma', Buffer.from('avc1')), box('schi', box('tenc', zeros(24))))
const picture = (name: string, ...boxes: Buffer[]) => box(name, zeros(78), ...boxes)
const sound = (name: string, head: number, ...boxes: Buffer[]) => box(name, zeros(head), ...boxes)
const track = (...entries: Buffer[]) =>
  box('trak', box('mdia', box('minf', box('stbl', box('stsd', zeros(8), ...entries)))))
const mvhd = box('mvhd', zeros(100))
const clear = box('moov', mvhd, track(picture('avc1', box('avcC', zeros(20)))))
const ftyp = box('ftyp', Buffer.from('isom'), zeros(4))
const fragment = (...boxes: Buffer[]) =>
  Buffer.concat([box('moof', box('traf', box('tfhd', zeros(8)), ...boxes)), box('mdat', zeros(9))])
const aboutKeys = (type: string, scheme: string) =>
  box(type, Buffer.from([0, 0, 0, 1]), Buffer.from(scheme), zeros(9))

function judge(...parts: Buffer[]): Promise<string> {
  const file = folder.path('film.mp4')
  writeFileSync(file, Buffer.concat(parts))
  return refuseEncrypted(file).then(
    () => 'clear',
    (error: { code?: string }) => error.code ?? 'unforeseen',
  )
}

test.each([
  ['an entry that says so', box('moov', track(picture('encv')))],
  ['a picture under its own name', box('moov', track(picture('avc1', sinf)))],
  ['a second entry', box('moov', track(picture('avc1'), picture('avc1', sinf)))],
  ['a sound', box('moov', track(sound('mp4a', 28, sinf)))],
  ['a sound of QuickTime', box('moov', track(sound('mp4a', 44, box('wave', sinf))))],
  ['a key in no entry', box('moov', track(picture('avc1')), box('udta', box('tenc', zeros(24))))],
  ['a second index', Buffer.concat([clear, box('moov', track(picture('avc1', sinf)))])],
  ['an index that is struck out', box('free', mvhd, track(picture('avc1', sinf)))],
  ['a fragment', Buffer.concat([clear, fragment(), fragment(box('senc', zeros(8)))])],
  ['where keys lie', Buffer.concat([clear, fragment(aboutKeys('saio', 'cenc'))])],
])('encrypted by %s', async (_, body) => {
  expect(await judge(ftyp, body)).toBe('encrypted')
  expect(await judge(ftyp, box('mdat', zeros(1000)), body)).toBe('encrypted')
})

test('what only looks like it is clear', async () => {
  const restricted = box('rinf', box('schm', zeros(12)))
  for (const body of [
    clear,
    Buffer.concat([clear, fragment(), box('pssh', zeros(28))]),
    Buffer.concat([clear, fragment(aboutKeys('saiz', 'mean'))]),
    box('moov', track(picture('resv', restricted))),
    box('moov', track(picture('avc1', box('avcC', Buffer.from('sinftencsenc'))))),
  ]) {
    expect(await judge(ftyp, body, box('mdat', sinf))).toBe('clear')
  }
  expect(await judge(Buffer.from('no film at all, and no box'))).toBe('clear')
  expect(await judge(zeros(0))).toBe('clear')
})

test('an index beyond all bounds, of too many boxes, is refused; one in depths is none', async () => {
  const many = Array.from({ length: 100_001 }, () => box('free'))
  expect(await judge(ftyp, ...many, clear)).toBe('damaged')
  let deep = box('trak')
  for (let i = 0; i < 1000; i++) deep = box('trak', deep)
  expect(await judge(ftyp, box('moov', deep))).toBe('clear')
  expect(await judge(ftyp, box('moov', ...many))).toBe('damaged')
})
