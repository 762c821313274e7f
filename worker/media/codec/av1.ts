import { MediaError } from '../film.ts'
import { Bits } from './bits.ts'
import { plainPicture } from './picture.ts'
import type { Chroma, PictureFacts } from './picture.ts'

/**
 * `config` is the body of av1C. The string is as `av01.0.04M.08`: profile, level and tier, depth.
 * https://aomediacodec.github.io/av1-isobmff/#codecsparam Throws `damaged`.
 */
export function describeAv1(config: Uint8Array): PictureFacts {
  const bits = new Bits(config)
  if (bits.read(8) !== 0x81) throw new MediaError('damaged', 'av1C is of an unknown version')
  const [profile, level] = [bits.read(3), bits.read(5)]
  const tier = bits.flag() ? 'H' : 'M'
  const [isHigh, isTwelve, isMonochrome] = [bits.flag(), bits.flag(), bits.flag()]
  const [isHalfWide, isHalfHigh] = [bits.flag(), bits.flag()]
  const bitDepth = isHigh ? (isTwelve ? 12 : 10) : 8
  const colours: Chroma = isHalfHigh ? '4:2:0' : isHalfWide ? '4:2:2' : '4:4:4'
  const two = (value: number) => String(value).padStart(2, '0')
  return {
    ...plainPicture('av1', `av01.${profile}.${two(level)}${tier}.${two(bitDepth)}`),
    bitDepth,
    chroma: isMonochrome ? '4:0:0' : colours,
  }
}
