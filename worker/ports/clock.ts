import { type Id, type IdKind, idPrefixes } from '#contracts/id.ts'

/** Where time and randomness come from; frozen for one request, so a request has one `now`. */
export interface Clock {
  now: () => number
  /** Fills ten bytes. */
  random: () => Uint8Array
}

export const systemClock: Clock = {
  now: () => Date.now(),
  random: () => crypto.getRandomValues(new Uint8Array(10)),
}

/** Asks a service for `{now, seed}`: time and ids then follow from it alone. */
export async function remoteClock(service: Fetcher): Promise<Clock> {
  const reply = await service.fetch('http://clock/')
  const { now, seed } = await reply.json<{ now: number; seed: number }>()
  let count = 0
  return {
    now: () => now,
    random: () => {
      const bytes = new Uint8Array(10)
      const view = new DataView(bytes.buffer)
      view.setUint32(2, seed)
      view.setUint32(6, count++)
      return bytes
    },
  }
}

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A prefixed lower-case ULID. https://github.com/ulid/spec */
export function newId<K extends IdKind>(clock: Clock, kind: K): Id<K> {
  let bits = BigInt(clock.now())
  for (const byte of clock.random()) bits = (bits << 8n) | BigInt(byte)
  let text = ''
  for (let i = 0; i < 26; i++) {
    text = alphabet[Number(bits & 31n)] + text
    bits >>= 5n
  }
  return `${idPrefixes[kind]}_${text}` as Id<K>
}
