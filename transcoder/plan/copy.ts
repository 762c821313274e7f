import { clockOptions } from './clock.ts'
import type { Command } from './command.ts'
import { damageOptions } from './encode.ts'
import { strangerOptions } from './limit.ts'
import type { Source } from './source.ts'

export type CopyFormat = 'mov' | 'matroska'

/** The picture as it is, in another container, on the film's own clock. */
export function toCopyCommand(
  source: Source,
  files: { sourcePath: string; copyPath: string; format: CopyFormat },
): Command {
  const options = [...strangerOptions, ...damageOptions, ...clockOptions(source)]
  return {
    inputs: [{ options, path: `file:${files.sourcePath}` }],
    outputs: [
      {
        options: [
          ...['-map', `0:${source.picture!.index}`, '-c', 'copy'],
          ...['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn'],
          ...['-avoid_negative_ts', 'disabled', '-f', files.format],
        ],
        path: files.copyPath,
      },
    ],
  }
}
