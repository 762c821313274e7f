import { execFileSync } from 'node:child_process'
import { afterAll, expect, test } from 'vitest'
import { stoodStill } from '../plan/explain.ts'
import { makeFolder } from '../test/clip.ts'
import { runFfmpeg } from './ffmpeg.ts'

const folder = makeFolder()
afterAll(folder.remove)
const limits = { addressSpaceBytes: 4e9, cpuSeconds: 60, fileBytes: 1e9 }

test('a run that gets no further is ended, one that does is not', async () => {
  const pipe = folder.path('endless')
  execFileSync('mkfifo', [pipe])
  const { signal } = new AbortController()
  const run = { signal, limits: { ...limits, folder: folder.path() } }
  const outputs = [{ options: ['-f', 'null'], path: '-' }]
  const waiting = { inputs: [{ options: ['-f', 's16le'], path: pipe }], outputs }
  const still = await runFfmpeg(waiting, { ...run, stillMs: 200 })
  expect(still).toMatchObject({ isOk: false, exitMessage: stoodStill })

  const slow = ['-re', '-f', 'lavfi']
  const moving = { inputs: [{ options: slow, path: 'testsrc2=s=16x16:r=50:d=3' }], outputs }
  const progressSeconds = 0.05
  const moved = await runFfmpeg(moving, { ...run, stillMs: 1500, progressSeconds })
  expect(moved).toMatchObject({ isOk: true, exitMessage: '' })
})
