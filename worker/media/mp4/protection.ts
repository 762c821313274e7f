import { Fields, findPath } from './box.ts'
import type { Box } from './box.ts'

/** A sample entry as it would be without protection. */
interface PlainEntry {
  format: string
  body: Uint8Array
  isEncrypted: boolean
}

/** Common encryption, and what the iTunes Store once sold. ISO/IEC 14496-12, 8.12 */
const wrappers = ['encv', 'enca', 'drmi', 'drms']

/** `headBytes`: before the boxes of the entry. */
export function unwrapEntry({ type, body }: Box, headBytes: number): PlainEntry {
  if (!wrappers.includes(type)) return { format: type, body, isEncrypted: false }
  const frma = findPath(body.subarray(headBytes), 'sinf', 'frma')
  const format = frma && frma.length >= 4 ? new Fields(frma).type(0) : type
  return { format, body, isEncrypted: true }
}
