import type { SlicePackets } from '../slice/sample.ts'
export function readTransport(_head: Uint8Array, _bytes: Uint8Array): SlicePackets {
  return { video: [], audio: [] }
}
