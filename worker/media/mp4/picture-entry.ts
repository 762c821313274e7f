import { describeAv1 } from '../codec/av1.ts'
import { describeAvc } from '../codec/avc.ts'
import { describeHevc } from '../codec/hevc.ts'
import { plainPicture, toPixelAspect } from '../codec/picture.ts'
import type { Colour, PictureFacts } from '../codec/picture.ts'
import { describeVp9 } from '../codec/vp9.ts'
import { MediaError } from '../film.ts'
import type { VideoTrack } from '../film.ts'
import { Fields, findBox, listBoxes } from './box.ts'
import type { Box } from './box.ts'
import { toTurn } from './matrix.ts'
import type { Outline } from './outline.ts'
import { unwrapEntry } from './protection.ts'

/** Bytes of a VisualSampleEntry before its boxes. ISO/IEC 14496-12, 12.1.3 */
const headBytes = 78

interface Coding {
  facts: PictureFacts
  config: Uint8Array | null
}

/** Four characters of an entry → its configuration box and who reads that. */
const readers: Record<string, { box: string; describe: (config: Uint8Array) => PictureFacts }> = {
  avc1: { box: 'avcC', describe: describeAvc },
  avc3: { box: 'avcC', describe: describeAvc },
  hvc1: { box: 'hvcC', describe: describeHevc },
  hev1: { box: 'hvcC', describe: describeHevc },
  vp08: { box: 'vpcC', describe: () => plainPicture('vp8', 'vp8') },
  vp09: { box: 'vpcC', describe: describeVp9 },
  av01: { box: 'av1C', describe: describeAv1 },
}

function readCoding(format: string, boxes: Box[]): Coding {
  const reader = readers[format]
  const config = reader ? findBox(boxes, reader.box) : null
  if (!reader || !config) return { facts: plainPicture('other', ''), config: null }
  return { facts: reader.describe(config), config }
}

const isUnsaid = ({ primaries, transfer, matrix }: Colour): boolean =>
  [primaries, transfer, matrix].every((code) => code === 2)

/** The coded picture knows best; then `nclx` and `nclc`, of which the latter has no range. 12.1.5 */
function readColour(colr: Uint8Array | null, coded: Colour | null): Colour | null {
  if (!colr || colr.length < 10 || (coded && !isUnsaid(coded))) return coded
  const fields = new Fields(colr)
  const kind = fields.type(0)
  if (kind !== 'nclx' && kind !== 'nclc') return coded
  const hasRange = kind === 'nclx' && colr.length > 10
  const isFullRange = coded?.isFullRange ?? (hasRange && fields.u8(10) >= 128)
  const [primaries, transfer, matrix] = [fields.u16(4), fields.u16(6), fields.u16(8)]
  const colour = { primaries, transfer, matrix, isFullRange }
  return isUnsaid(colour) && !isFullRange ? null : colour
}

/** Some encoders code whole blocks and leave it to the entry to cut off what is too much. */
const cropTo = (entryPx: number, codedPx: number | null): number =>
  codedPx === null || (entryPx > 0 && entryPx < codedPx && codedPx - entryPx < 16)
    ? entryPx
    : codedPx

/** The container knows best, then its idea of the shown size, then the coded picture. */
function readAspect(boxes: Box[], outline: Outline, facts: PictureFacts): [number, number] {
  const pasp = findBox(boxes, 'pasp')
  const said = pasp && toPixelAspect(new Fields(pasp).u32(0), new Fields(pasp).u32(4))
  if (said) return said
  const { widthPx, heightPx } = outline
  const [wide, high] = [Math.round(outline.shownWidth), Math.round(outline.shownHeight)]
  const isOther = wide !== widthPx || high !== heightPx
  const shown = isOther ? toPixelAspect(wide * heightPx, high * widthPx) : null
  return shown ?? facts.pixelAspect ?? [1, 1]
}

/** The picture track of an outline, by its sample entry. Throws `damaged`. */
export function readPicture(outline: Outline): VideoTrack {
  const { format, body, isEncrypted } = unwrapEntry(outline.entry, headBytes)
  const boxes = listBoxes(body.subarray(headBytes))
  const { facts, config } = readCoding(format, boxes)
  const pixelAspect = readAspect(boxes, outline, facts)
  const codedWidthPx = cropTo(outline.widthPx, facts.codedWidthPx)
  const codedHeightPx = cropTo(outline.heightPx, facts.codedHeightPx)
  if (!codedWidthPx || !codedHeightPx) throw new MediaError('damaged', 'The picture has no size')
  const turn = toTurn(outline.matrix)
  const wide = Math.round((codedWidthPx * pixelAspect[0]) / pixelAspect[1])
  const isTurned = turn.rotation === 90 || turn.rotation === 270
  return {
    kind: 'video',
    codec: facts.codec,
    codecs: facts.codec === 'other' ? null : facts.codecs,
    config: facts.codec === 'other' ? null : config,
    timescale: outline.timescale,
    language: outline.language,
    isEncrypted,
    codedWidthPx,
    codedHeightPx,
    pixelAspect,
    ...turn,
    shownWidthPx: isTurned ? codedHeightPx : wide,
    shownHeightPx: isTurned ? wide : codedHeightPx,
    bitDepth: facts.bitDepth,
    chroma: facts.chroma,
    isInterlaced: facts.isInterlaced,
    colour: readColour(findBox(boxes, 'colr'), facts.colour),
  }
}
