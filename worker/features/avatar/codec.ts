import openJpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js'
import jpegDecoder from '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm'
import openWebpDecoder from '@jsquash/webp/codec/dec/webp_dec.js'
import webpDecoder from '@jsquash/webp/codec/dec/webp_dec.wasm'
import openWebpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.js'
import webpEncoder from '@jsquash/webp/codec/enc/webp_enc_simd.wasm'
import { defaultOptions } from '@jsquash/webp/meta.js'
import type { Picture } from './picture.ts'

type Decoder = { decode: (bytes: Uint8Array, ...turned: boolean[]) => Picture | null }
type Encoder = {
  encode: (...picture: [Uint8Array, number, number, object]) => Uint8Array | null
}

/** The codecs answer in a class of browsers, which workerd lacks. */
const globals = globalThis as { ImageData?: unknown }
globals.ImageData ??= class implements Picture {
  data: Uint8Array
  width: number
  height: number
  constructor(data: Uint8Array, width: number, height: number) {
    this.data = data
    this.width = width
    this.height = height
  }
}

const quality = 82

/**
 * A codec of its own for each picture: what a hostile file does to its memory ends with it, and the
 * memory is given back.
 */
const start = <T>(open: unknown, compiled: WebAssembly.Module): Promise<T> =>
  (open as (options: object) => Promise<T>)({
    noInitialRun: true,
    print: () => {},
    printErr: () => {},
    instantiateWasm: (imports: WebAssembly.Imports, done: (made: WebAssembly.Instance) => void) => {
      const made = new WebAssembly.Instance(compiled, imports)
      done(made)
      return made.exports
    },
  })

/** Throws whatever the codec throws at a damaged file. */
export async function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  return found((await start<Decoder>(openJpeg, jpegDecoder)).decode(bytes, false))
}

export async function decodeWebp(bytes: Uint8Array): Promise<Picture> {
  return found((await start<Decoder>(openWebpDecoder, webpDecoder)).decode(bytes))
}

/** The pictures one after another, as files that hold pixels and nothing else. */
export async function encodeWebp(pictures: Picture[]): Promise<Uint8Array[]> {
  const encoder = await start<Encoder>(openWebpEncoder, webpEncoder)
  const options = { ...defaultOptions, quality }
  return pictures.map(({ data, width, height }) =>
    found(encoder.encode(data, width, height, options)),
  )
}

function found<T>(made: T | null): T {
  if (made === null) throw new Error('The codec made nothing')
  return made
}
