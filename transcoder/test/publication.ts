import type { TaskPublication } from '#contracts/task.ts'
import { prefix } from './attempt.ts'
import type { Call, TestServer } from './server.ts'

export interface Seen {
  publication: TaskPublication
  /** Named by it, but not stored with that size when it came. */
  notStored: string[]
  isEncoderDone: boolean
}

const isThere = (server: TestServer, key: string, sizeBytes?: number) => {
  const stored = server.objects.get(prefix + key)
  return stored !== undefined && (sizeBytes === undefined || stored.body.length === sizeBytes)
}

/**
 * Look at each publication at the moment it comes. `lines` is the attempt's log; the reply is 200
 * unless `reply` has another.
 */
export function watchPublications(
  { server, lines }: { server: TestServer; lines: string[] },
  reply: (nth: number) => { status: number; body: object } | undefined = () => undefined,
): Seen[] {
  const seen: Seen[] = []
  server.answer = ({ name, body }: Call) => {
    if (name !== 'publish') return undefined
    const publication = body as TaskPublication
    const named = publication.renditions.flatMap(({ rendition }) => [
      { key: rendition.initKey, sizeBytes: undefined },
      ...rendition.segments,
    ])
    seen.push({
      publication,
      notStored: named
        .filter(({ key, sizeBytes }) => !isThere(server, key, sizeBytes))
        .map(({ key }) => key),
      isEncoderDone: lines.some((line) => line.includes('ffmpeg ended')),
    })
    return reply(seen.length)
  }
  return seen
}
