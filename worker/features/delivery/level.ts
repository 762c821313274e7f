import { z } from 'zod'
import type { Level } from '#contracts/narrow.ts'

const text = (max: number) => z.string().min(1).max(max)
const list = z.array(text(64)).max(50)
const seconds = z.number().int().nonnegative()
const count = z.number().int().min(1)

/** Strict: a restriction that this server does not know is one that it could not keep. */
const Levels = z
  .strictObject({
    k: z.string().regex(/^[wicd]*$/),
    x: seconds,
    n: seconds,
    c: list,
    i: list,
    d: list,
    u: text(64),
    h: count,
    t: z.tuple([z.number().nonnegative(), z.number().nonnegative()]),
    p: count,
    m: count,
    r: z.string().regex(/^[\w-]{8,40}$/),
  })
  .partial()

/** What a holder added, or undefined where it is none of our levels. */
export function readLevel(json: unknown): Level | undefined {
  const { data } = Levels.safeParse(json)
  return data as Level | undefined
}
