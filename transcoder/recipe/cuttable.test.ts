import { readdirSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { readClock } from '../run/clock.ts'
import { probeSource } from '../run/probe.ts'
import { openScratchRoot } from '../run/scratch.ts'
import { ffmpeg, makeFolder } from '../test/clip.ts'
import { makeSpec, startServer } from '../test/server.ts'
import { copyLimitsOf } from './attempt.ts'
import type { Attempt } from './attempt.ts'
import { openCuttable } from './cuttable.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratchRoot = await openScratchRoot(folder.path('scratch'))
const { signal } = new AbortController()

/** What opening a film to be cut needs of an attempt, with a film in its folder. */
async function prepare(name: string, args: string[]) {
  const server = await startServer()
  const scratch = await scratchRoot.open(name)
  const sourcePath = scratch.path('source')
  ffmpeg('-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=3', ...args, sourcePath)
  const spec = makeSpec(server, sourcePath)
  await server.close()
  const lines: string[] = []
  const log = createLog({}, (line) => lines.push(line))
  const attempt = { spec, scratch, signal, log } as unknown as Attempt
  return { attempt, scratch, sourcePath, lines, source: await probeSource(sourcePath, signal) }
}

const avi = ['-c:v', 'mpeg4', '-g', '25', '-f', 'avi']

test('a copy may be as large as its source, whatever that is', async () => {
  const { attempt } = await prepare('large', avi)
  const input = { ...attempt.spec.input, sizeBytes: 60e9 }
  const spec = { ...attempt.spec, input }
  expect(copyLimitsOf({ ...attempt, spec }).fileBytes).toBeGreaterThan(66e9)
})

test('a copy that is cut stays, one that is not leaves no bytes behind', async () => {
  const good = await prepare('good', avi)
  const cuttable = await openCuttable(good.attempt, { ...good, isNarrowed: false })
  expect(cuttable?.copyPath).toBe(good.scratch.path('copy.mov'))
  expect(cuttable?.pictureSeconds).toHaveLength(75)
  await cuttable?.close()
  expect(readdirSync(good.scratch.dir).toSorted()).toEqual(['copy.mov', 'source'])

  const { attempt, scratch, sourcePath, source, lines } = await prepare('bad', avi)
  const tiny = { ...attempt.spec.input, sizeBytes: -51_196_000 } // leaves 5 kB
  const small = { ...attempt, spec: { ...attempt.spec, input: tiny } }
  expect(copyLimitsOf(small).fileBytes).toBe(5000)
  expect(await openCuttable(small, { sourcePath, source, isNarrowed: false })).toBeNull()
  expect(lines.filter((line) => line.includes('source copied'))).toHaveLength(2)
  expect(readdirSync(scratch.dir)).toEqual(['source'])
})

test('a film of more pictures than can be kept is not cut', async () => {
  const { sourcePath, source } = await prepare('many', avi)
  const subject = { file: sourcePath, signal, niceness: 0 }
  const clock = await readClock(subject, source.picture!.index, 75)
  expect(clock.packets).toBe(75)
  expect(clock.keySeconds).toEqual(Float64Array.of(0, 1, 2))
  await expect(readClock(subject, source.picture!.index, 74)).rejects.toMatchObject({
    ...{ code: 'too_expensive', isRetryable: false },
  })
})
