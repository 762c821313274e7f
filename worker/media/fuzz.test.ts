import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '../../scripts/lib/clip.ts'
import { createDice, damage, takePieces, takeThrough } from './test/fuzz.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'lantern-fuzz-'))
  for (const [name, more] of files)
    await ffmpeg([...inputs, ...h264, ...more, path.join(dir, name)])
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const inputs = [
  ...['-f', 'lavfi', '-i', 'testsrc2=size=192x144:rate=12:duration=14'],
  ...['-f', 'lavfi', '-i', 'sine=sample_rate=16000:duration=14'],
]
const h264 = ['-c:v', 'libx264', '-g', '24', '-pix_fmt', 'yuv420p', '-c:a', 'aac', '-b:a', '16k']
const files: [name: string, options: string[]][] = [
  ['plain.mp4', []],
  ['fragments.mp4', ['-movflags', '+frag_keyframe+empty_moov']],
  ['film.mkv', []],
  ['film.ts', []],
]

/** `node bench/fuzz.ts` does the same ten thousand times. */
test.for(files)('%s with any damage is played, left to others or refused', async ([name]) => {
  const bytes = new Uint8Array(await readFile(path.join(dir, name)))
  expect((await takeThrough(bytes)).end).toBe('plays')
  const ends = new Set<string>()
  for (let seed = 1; seed <= 150; seed++) {
    const outcome = await takeThrough(damage(bytes, createDice(seed * 2_654_435_761)))
    expect(outcome.strays, `seed ${seed}`).toBe(0)
    ends.add(outcome.end)
  }
  expect(ends).toContain('plays')
  expect(ends).toContain('refused')
})

test.for(files)('%s with any damage is cut into pieces or refused', async ([name]) => {
  const bytes = new Uint8Array(await readFile(path.join(dir, name)))
  expect((await takePieces(bytes)).end).toBe('plays')
  const ends = new Set<string>()
  for (let seed = 1; seed <= 150; seed++) {
    const outcome = await takePieces(damage(bytes, createDice(seed * 2_654_435_761)))
    expect(outcome.strays, `seed ${seed}`).toBe(0)
    ends.add(outcome.end)
  }
  expect(ends).toContain('plays')
  expect(ends).toContain('refused')
})
