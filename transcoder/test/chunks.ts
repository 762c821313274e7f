import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { TaskReport, TaskSplit, partKey } from '#contracts/task.ts'
import type { PublishedRendition, SourceObject, TaskSpec } from '#contracts/task.ts'
import { createLog } from '../log.ts'
import type { ScratchRoot } from '../run/scratch.ts'
import { startTask } from '../task.ts'
import { makeSpec, startServer } from './server.ts'
import type { TestServer } from './server.ts'

export interface Run {
  how: string
  /** The last call: a report or a failure. */
  body: unknown
  lines: string[]
}

/** One attempt to its end. */
export async function run(server: TestServer, spec: TaskSpec, scratch: ScratchRoot): Promise<Run> {
  const lines: string[] = []
  const log = createLog({}, (line) => lines.push(line))
  const how = await startTask(spec, scratch, log).done
  const ends = server.calls.filter(({ name }) => name === 'complete' || name === 'fail')
  return { how, body: ends.at(-1)?.body, lines }
}

async function succeed(server: TestServer, spec: TaskSpec, scratch: ScratchRoot) {
  const { how, body, lines } = await run(server, spec, scratch)
  if (how !== 'completed') throw new Error(`${how}: ${JSON.stringify(body)}\n${lines.join('')}`)
  return { report: TaskReport.parse(body), lines }
}

export interface Lead {
  server: TestServer
  spec: TaskSpec
  report: TaskReport
  lines: string[]
  /** Null where the film was made in one process. */
  split: TaskSplit | null
}

/** With segments of 2 s every film is long that has two, and each of them is a chunk. */
export const small = { segmentSeconds: 2, gopSeconds: 2, longSeconds: 0.0001 }

/** The attempt that splits a film. Close its server. */
export async function lead(
  scratch: ScratchRoot,
  file: string,
  change: Partial<TaskSpec> = {},
): Promise<Lead> {
  const server = await startServer()
  const spec = makeSpec(server, file, { ...small, ...change })
  const { report, lines } = await succeed(server, spec, scratch)
  const call = server.calls.find(({ name }) => name === 'split')
  return { server, spec, report, lines, split: call ? TaskSplit.parse(call.body) : null }
}

/** The task that makes one chunk, with a prefix of its own. */
export const toChunkSpec = (
  { spec, split }: Pick<Lead, 'spec' | 'split'>,
  n: number,
): TaskSpec => ({
  ...spec,
  ...{ kind: 'chunk', lane: 'long', chunk: split!.chunks[n]!, split: split!.plan },
  input: split!.input ?? spec.input,
  output: { ...spec.output, prefix: `v/out/c${n}/` },
})

export interface Joined {
  rendition: PublishedRendition
  initKeys: string[]
  /** The first init segment, and all media segments. */
  keys: string[]
}

/** Every chunk of it, one after the other; their renditions joined as the Worker does. */
export async function makeChunks({ server, spec, split }: Lead, scratch: ScratchRoot) {
  const joined = new Map<string, Joined>()
  for (const { number } of split!.chunks) {
    const chunkSpec = toChunkSpec({ spec, split }, number)
    const { prefix } = chunkSpec.output
    const made = await succeed(server, chunkSpec, scratch)
    for (const rendition of made.report.renditions) {
      const fresh = { rendition, initKeys: [], keys: [prefix + rendition.initKey] }
      const known: Joined = joined.get(rendition.name) ?? fresh
      known.initKeys.push(prefix + rendition.initKey)
      known.keys.push(...rendition.segments.map(({ key }) => prefix + key))
      joined.set(rendition.name, known)
    }
  }
  return joined
}

/** Stored files, one after the other. */
export function saveJoined(server: TestServer, keys: string[], file: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, Buffer.concat(keys.map((key) => server.objects.get(key)!.body)))
  return file
}

/** A source in storage, as a file again. */
export function saveSource(server: TestServer, input: SourceObject, file: string): string {
  const count = Math.ceil(input.sizeBytes / (input.partBytes ?? input.sizeBytes))
  const parts = Array.from({ length: count }, (_, i) => partKey(input.key, i + 1))
  return saveJoined(server, input.partBytes ? parts : [input.key], file)
}
