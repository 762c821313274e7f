import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import type { VideoId } from './id.ts'
import type { Playback } from './video.ts'

const yes = new Set(['1', 'true', 'yes', ''])
const no = new Set(['0', 'false', 'no'])

/** A switch in an address: `?loop`, `?loop=1`, `?loop=true`; what is neither yes nor no counts not. */
const flag = (fallback: boolean) =>
  z
    .string()
    .transform((text) => (yes.has(text) ? true : no.has(text) ? false : fallback))
    .default(fallback)
    .catch(fallback)

const seconds = z
  .string()
  .regex(/^\d{1,6}(?:\.\d{1,3})?$/)
  .transform(Number)
  .optional()
  .catch(undefined)

const language = z
  .string()
  .regex(/^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,3}$/i)
  .optional()
  .catch(undefined)

/** `#rgb` or `#rrggbb`, with or without `#`, that stands out from the player's black. */
const color = z
  .string()
  .regex(/^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i)
  .transform(toLongHex)
  .refine((hex) => contrastOnBlack(hex) >= 3)
  .optional()
  .catch(undefined)

/** What the address of an embed may ask for. Whatever is wrong falls back to what is usual. */
export const EmbedParams = z.object({
  start: seconds,
  end: seconds,
  autoplay: flag(false),
  muted: flag(false),
  loop: flag(false),
  captions: z.union([z.literal('off'), language]).catch(undefined),
  /** Of the sound, where a film has several. */
  lang: language,
  color,
  controls: flag(true),
  title: flag(true),
})
export type EmbedParams = z.output<typeof EmbedParams>

function toLongHex(text: string): string {
  const digits = text.replace('#', '').toLowerCase()
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits}`
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio, of `#rrggbb` against #000. */
function contrastOnBlack(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return (0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05) / 0.05
}

/** Written into the embed page by the Worker, read by its script. */
export interface EmbedConfig {
  videoId: VideoId
  title: string
  channel: string
  /** The page that the title leads to; null where the viewer came by a token. */
  watchUrl: string | null
  params: EmbedParams
  /** Null while there is nothing to play yet. */
  playback: Playback | null
}

export const getOEmbed = endpoint({
  id: 'getOEmbed',
  method: 'get',
  path: '/oembed',
  tag: 'Playback',
  summary: 'How to embed a video: oEmbed',
  description: 'https://oembed.com. `format` is `json` or `xml`; `url` is a page of this server.',
  auth: 'public',
  query: z.object({
    url: z.string().min(1).max(2000),
    format: z.string().max(50).default('json'),
    maxwidth: z.coerce.number().int().min(1).max(100_000).optional(),
    maxheight: z.coerce.number().int().min(1).max(100_000).optional(),
  }),
  responseType: 'application/json',
  errors: ['not_found', 'unknown_format'],
})
