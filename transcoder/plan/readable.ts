import type { Command } from './command.ts'
import type { CopyFormat } from './copy.ts'
import { damageOptions } from './encode.ts'
import { canDecodeAudio, canDecodeVideo, strangerOptions } from './limit.ts'
import { isText } from './track.ts'

/** What ffmpeg says of a file before it reads on. */
export interface Readable {
  format: CopyFormat
  /** Streams that may become a film: their codecs are read, and they are no covers. */
  indexes: number[]
}

const canRead: Record<string, (codec: string) => boolean> = {
  Video: canDecodeVideo,
  Audio: canDecodeAudio,
  Subtitle: isText,
}
const streamLine = /^\[info\] +Stream #0:(\d+)(?:\[\w+\])?(?:\([^)]*\))?: (\w+): (\w+)/
const noFilm = /\((?:attached pic|still image|timed thumbnails)\)/

/** Null where no picture and no sound is left. `lines` is a log of level info. */
export function findReadable(lines: string[]): Readable | null {
  const end = lines.findIndex((line) => line.startsWith('[info] Output #0'))
  const said = lines.slice(0, end < 0 ? undefined : end)
  const streams = said.flatMap((line) => {
    const [, index, kind = '', codec = ''] = streamLine.exec(line) ?? []
    const isRead = index !== undefined && !noFilm.test(line) && canRead[kind]?.(codec)
    return isRead ? [{ index: Number(index), kind }] : []
  })
  if (streams.every(({ kind }) => kind === 'Subtitle')) return null
  const isMov = said.some((line) => line.startsWith('[info] Input #0, mov,'))
  return { format: isMov ? 'mov' : 'matroska', indexes: streams.map(({ index }) => index) }
}

const inputOf = (path: string) => ({
  options: [...strangerOptions, ...damageOptions],
  path: `file:${path}`,
})

/** Opens the file and no decoder; the log says what is in it. */
export const toListCommand = (sourcePath: string): Command => ({
  inputs: [inputOf(sourcePath)],
  outputs: [{ options: ['-map', '0', '-c', 'copy', '-t', '0', '-f', 'null'], path: '-' }],
})

/** Those streams alone, as they are, with what is said of each; turned pictures stay turned in MOV. */
export const toReadableCommand = (
  { format, indexes }: Readable,
  files: { sourcePath: string; copyPath: string },
): Command => ({
  inputs: [inputOf(files.sourcePath)],
  outputs: [
    {
      options: [
        ...indexes.flatMap((index) => ['-map', `0:${index}`]),
        ...['-c', 'copy', '-map_chapters', '-1', '-f', format],
      ],
      path: files.copyPath,
    },
  ],
})
