import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { TaskFailure, TaskReport } from '#contracts/task.ts'
import type { PublishedRendition, TaskSpec } from '#contracts/task.ts'
import { createLog } from '../log.ts'
import { readInit, readSegment } from '../plan/fragment.ts'
import type { ScratchRoot } from '../run/scratch.ts'
import { startTask } from '../task.ts'
import type { RunningTask } from '../task.ts'
import { makeSpec, startServer } from './server.ts'
import type { TestServer } from './server.ts'

export interface Attempt {
  server: TestServer
  task: RunningTask
  lines: string[]
}

/** Start one attempt on a file, against a server of its own. */
export async function attempt(
  scratch: ScratchRoot,
  file: string,
  change: Partial<TaskSpec> = {},
  prepare: (server: TestServer) => void = () => {},
): Promise<Attempt> {
  const server = await startServer()
  const spec = makeSpec(server, file, change)
  prepare(server)
  const lines: string[] = []
  const log = createLog({ requestId: spec.requestId }, (line) => lines.push(line))
  return { server, task: startTask(spec, scratch, log), lines }
}

/** Run an attempt to its end and give its report, which must be a success. */
export async function publish(scratch: ScratchRoot, file: string, change: Partial<TaskSpec> = {}) {
  const { server, task, lines } = await attempt(scratch, file, change)
  const how = await task.done
  const last = server.calls.at(-1)
  await server.close()
  if (how !== 'completed') throw new Error(`${how}: ${JSON.stringify(last?.body)}`)
  return { server, lines, report: TaskReport.parse(last?.body) }
}

/** Run an attempt to its end and give its failure, which it must be. */
export async function refuse(scratch: ScratchRoot, file: string, change: Partial<TaskSpec> = {}) {
  const { server, task } = await attempt(scratch, file, change)
  const how = await task.done
  const last = server.calls.at(-1)
  await server.close()
  if (how !== 'failed') throw new Error(`${how}: ${JSON.stringify(last?.body)}`)
  const stored = [...server.objects.keys()].filter((key) => key.startsWith('v/'))
  return { failure: TaskFailure.parse(last?.body), stored }
}

export const prefix = 'v/out/a1/'
const objectOf = (server: TestServer, key: string) => server.objects.get(prefix + key)!.body

/** What the stored files of a rendition say, read again from their bytes. */
export function inspect(server: TestServer, rendition: PublishedRendition) {
  const init = readInit(objectOf(server, rendition.initKey))
  const segments = rendition.segments.map(({ key }) => readSegment(objectOf(server, key), init))
  return { init, segments }
}

/** Init and segments in one file: what any player or ffmpeg opens. */
export function saveWhole(server: TestServer, rendition: PublishedRendition, file: string): string {
  mkdirSync(path.dirname(file), { recursive: true })
  const keys = [rendition.initKey, ...rendition.segments.map(({ key }) => key)]
  writeFileSync(file, Buffer.concat(keys.map((key) => objectOf(server, key))))
  return file
}
