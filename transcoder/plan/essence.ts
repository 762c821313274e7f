import { findBox } from './box.ts'

const movie = ['moov']
const track = [...movie, 'trak']
const paths = [
  [...movie, 'mvex', 'trex'],
  [...track, 'edts'],
  [...track, 'mdia', 'mdhd'],
  [...track, 'mdia', 'minf', 'stbl', 'stsd'],
]

/**
 * What media segments depend on in their init segment: the clock, the codec with its parameter
 * sets, the defaults. The rest changes with the pictures: the muxer writes an empty table more
 * where it saw one that no other needs.
 */
export const essenceOf = (init: Uint8Array): Uint8Array =>
  Buffer.concat(
    paths.map((path) => {
      const box = findBox(init, path)
      return box ? init.subarray(box.start - 8, box.end) : new Uint8Array(8)
    }),
  )
