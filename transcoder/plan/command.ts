/** One ffmpeg process as data. Paths are absolute; nothing in here is ever split or quoted. */
export interface Command {
  inputs: { options: string[]; path: string }[]
  /** Text of `-filter_complex`; absent when the outputs need none. */
  filterGraph?: string
  outputs: { options: string[]; path: string }[]
}

/** Options in front of the first input: say little, ask nothing, count CPU time. */
export const globalOptions: string[] = [
  ...['-hide_banner', '-nostdin', '-nostats', '-y', '-benchmark'],
  ...['-loglevel', 'repeat+level+info'],
]

/** The argument list that `command` stands for. */
export function toArguments(command: Command): string[] {
  return [
    ...globalOptions,
    ...command.inputs.flatMap(({ options, path }) => [...options, '-i', path]),
    ...(command.filterGraph ? ['-filter_complex', command.filterGraph] : []),
    ...command.outputs.flatMap(({ options, path }) => [...options, path]),
  ]
}
