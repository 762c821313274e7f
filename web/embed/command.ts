import type { Command } from '../public/embed-client.d.ts'

type Check = (value: unknown) => boolean

const isNumber =
  (least: number, most: number): Check =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most // NaN is neither
const isText: Check = (value) => typeof value === 'string' && value.length <= 100
const isToken: Check = (value) => typeof value === 'string' && /^[\w.-]{1,2048}$/.test(value)
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)

const commands: { [K in Command['do']]: Record<string, Check> } = {
  hello: {},
  play: {},
  pause: {},
  seek: { seconds: isNumber(0, 1e6) },
  volume: { volume: isNumber(0, 1) },
  mute: { isMuted: (value) => typeof value === 'boolean' },
  rate: { rate: isNumber(0.25, 4) },
  captions: { language: orNull(isText) },
  quality: { quality: orNull(isText) },
  token: { token: isToken },
  getState: { id: Number.isSafeInteger },
}

/** The command in a message, made of what was checked and nothing else; undefined for any other. */
export function readCommand(data: unknown): Command | undefined {
  if (typeof data !== 'object' || data === null) return undefined
  const message = data as Record<string, unknown>
  const name = message['do']
  if (message['lantern'] !== 1 || typeof name !== 'string') return undefined
  if (!Object.hasOwn(commands, name)) return undefined
  const fields = Object.entries(commands[name as Command['do']])
  if (!fields.every(([field, check]) => check(message[field]))) return undefined
  return {
    do: name,
    ...Object.fromEntries(fields.map(([field]) => [field, message[field]])),
  } as Command
}
