/** A link that somebody holds, in whatever form: a page, an embed or a playlist. */
export interface Held {
  token: string
  /** Seconds of the film and epoch seconds, as far as its limits say. */
  from: number
  to: number
  endsAt: number
  /** The same link under another token. */
  withToken(token: string): string
}

const pattern = /([?#&]token=|\/p\/)([\w-]+(?:\.[\w-]+){2,9})/

/** Undefined for what is no link with a token. It says what the limits are, not that it opens. */
export function readHeld(text: string): Held | undefined {
  const link = text.trim()
  const [, lead, token] = pattern.exec(link) ?? []
  if (!lead || !token) return undefined
  try {
    const levels = token.split('.').slice(1, -1).map(readLevel)
    return {
      token,
      from: Math.max(0, ...levels.map(({ t }) => t?.[0] ?? 0)),
      to: Math.min(...levels.map(({ t }) => t?.[1] ?? Infinity)),
      endsAt: Math.min(...levels.map(({ x }) => x ?? Infinity)),
      withToken: (next) => link.replace(lead + token, () => lead + next),
    }
  } catch {
    return undefined
  }
}

const readLevel = (text: string): { x?: number; t?: [number, number] } =>
  JSON.parse(atob(text.replaceAll('-', '+').replaceAll('_', '/')))
