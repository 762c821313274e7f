type Value = number | string | Uint8Array | Map<number | string, Value>

/** The part of CBOR that authenticators write: https://www.rfc-editor.org/rfc/rfc8949 */
export function toCbor(value: Value): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), utf8(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, one]) => [toCbor(key), toCbor(one)])
  return Buffer.concat([head(5, value.size), ...entries])
}

const utf8 = (text: string) => Buffer.from(text, 'utf8')

function head(major: number, count: number): Buffer {
  const type = major << 5
  if (count < 24) return Buffer.of(type | count)
  if (count < 256) return Buffer.of(type | 24, count)
  return Buffer.of(type | 25, count >> 8, count & 255)
}
