import { avatarSizes, maxAvatarPixels, maxAvatarWebpPixels } from '#contracts/avatar.ts'
import { AppError } from '../../core/error.ts'
import { decodeJpeg, decodeWebp, encodeWebp } from './codec.ts'
import { readJpegHeader } from './jpeg.ts'
import type { Header, Picture } from './picture.ts'
import { decodePng, readPngHeader } from './png.ts'
import { cutSquare, turnUp } from './square.ts'
import { readWebpHeader } from './webp.ts'

const decoders = {
  jpeg: decodeJpeg,
  png: decodePng,
  webp: decodeWebp,
}

const unreadable = (cause?: unknown) =>
  new AppError(
    'invalid_fields',
    'This picture is damaged or cannot be read here: try it as a JPEG.',
    {
      fields: [{ field: '', message: 'This picture cannot be read' }],
      cause,
    },
  )

/**
 * What a file shows, as WebP in each size of `avatarSizes`. Goes by what the file is, whatever it
 * is called, and by its header before it is decoded. Throws `unsupported_media_type`,
 * `invalid_fields`.
 */
export async function makeSquares(file: Uint8Array): Promise<Uint8Array[]> {
  const header = readJpegHeader(file) ?? readPngHeader(file) ?? readWebpHeader(file)
  if (!header) {
    throw new AppError('unsupported_media_type', 'Send a picture as JPEG, PNG or WebP.')
  }
  requireSize(header)
  const picture = await decode(file, header)
  const largest = turnUp(cutSquare(picture, Math.max(...avatarSizes)), header.orientation)
  return encodeWebp(
    avatarSizes.map((sizePx) => (sizePx === largest.width ? largest : cutSquare(largest, sizePx))),
  )
}

function requireSize({ kind, widthPx, heightPx }: Header): void {
  const pixels = widthPx * heightPx
  if (pixels === 0) throw unreadable()
  const most = kind === 'webp' ? maxAvatarWebpPixels : maxAvatarPixels
  if (pixels <= most) return
  const message =
    kind === 'webp'
      ? 'Use at most 512 x 512 pixels for a WebP, or send a JPEG or PNG'
      : `Use at most ${most / 1e6} megapixels`
  throw new AppError('invalid_fields', `${message}.`, { fields: [{ field: '', message }] })
}

async function decode(file: Uint8Array, header: Header): Promise<Picture> {
  const picture = await decoders[header.kind](file).catch((cause: unknown) => {
    throw unreadable(cause)
  })
  const isAsSaid = picture.width === header.widthPx && picture.height === header.heightPx
  if (!isAsSaid) throw unreadable()
  return picture
}
