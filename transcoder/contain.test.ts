import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { afterAll, expect, test } from 'vitest'
import { TaskFailure } from '#contracts/task.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish, refuse } from './test/attempt.ts'
import { makeClip, makeFolder } from './test/clip.ts'
import { listDisguises, sessionTo } from './test/playlist.ts'
import { post, spawnProgram, startProgram, stopProgram } from './test/program.ts'
import { makeSpec, startServer } from './test/server.ts'
import type { Call } from './test/server.ts'

const folder = makeFolder()
afterAll(folder.remove)
const slow = { timeout: 60_000 }
const clip = makeClip(folder.path('clip.mp4'), { seconds: 1, size: '64x48' })

const script = (name: string, text: string) => {
  mkdirSync(folder.path('bin'), { recursive: true })
  writeFileSync(folder.path('bin', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  return folder.path('bin', name)
}

interface Health {
  wall: string
  ffmpeg: string
}

async function healthOf(env: Record<string, string>): Promise<Health> {
  const program = await startProgram(folder.path('scratch'), env)
  const health = (await (await fetch(`${program.url}/healthz`)).json()) as Health
  await stopProgram(program)
  return health
}

const isEnd = ({ name, body }: Call, attempt: number) =>
  (name === 'fail' || name === 'complete') && (body as { attempt: number }).attempt === attempt

/** Run tasks in a program of its own, one after the other; how each of them ends. */
async function listEnds(files: string[], env: Record<string, string>): Promise<Call[]> {
  const server = await startServer()
  // The task before may still be leaving.
  const program = await startProgram(folder.path('scratch'), { ...env, SHORT_SLOTS: '2' })
  const ends: Call[] = []
  for (const file of files) {
    const attempt = ends.length + 1
    const taskId = `tsk_${`${attempt}`.padStart(26, '0')}`
    const spec = { ...makeSpec(server, file), taskId, attempt }
    expect((await post(program.url, spec)).status).toBe(202)
    ends.push(await server.until((call) => isEnd(call, attempt)))
  }
  await stopProgram(program)
  await server.close()
  return ends
}

test('without bubblewrap the container is the wall, unless that is not enough', slow, async () => {
  script('bwrap', 'echo "No permissions to create new namespace" >&2; exit 1')
  const PATH = `${folder.path('bin')}:${process.env['PATH']}`
  expect((await healthOf({ PATH })).wall).toBe('container')

  const { child, lines } = spawnProgram(folder.path('scratch'), {
    PATH,
    TRANSCODER_WALL: 'bubblewrap',
  })
  expect((await once(child, 'exit'))[0]).toBe(1)
  expect(lines.at(-1)).toMatchObject({
    level: 'error',
    error: expect.stringContaining('No permissions to create new namespace'),
  })
})

test('an ffmpeg that is too old is refused until it is allowed', slow, async () => {
  const old = { FFMPEG_PATH: script('ffmpeg-4', 'echo "ffmpeg version 4.4.1 Copyright"') }
  const { child, lines } = spawnProgram(folder.path('scratch'), old)
  expect((await once(child, 'exit'))[0]).toBe(1)
  expect(lines.at(-1)).toMatchObject({ ffmpeg: 'ffmpeg version 4.4.1, refused: older than 5.1' })

  const allowed = await healthOf({ ...old, TRANSCODER_ALLOW_FFMPEG: '4.4.1' })
  expect(allowed.ffmpeg).toBe('ffmpeg version 4.4.1, ok: the operator allows this version')
})

test('a format that is closed fails by name, the others work', slow, async () => {
  const real = execFileSync('which', ['ffmpeg']).toString().trim()
  const FFMPEG_PATH = script(
    'ffmpeg-7',
    `[ "$1" = -version ] && exec echo "ffmpeg version 7.1.1 Copyright"; exec ${real} "$@"`,
  )
  const env = { FFMPEG_PATH, TRANSCODER_WALL: 'container' }
  const files = ['clip.avi', 'clip.ts'].map((name) =>
    makeClip(folder.path(name), { seconds: 1, size: '64x48' }),
  )
  const ends = await listEnds([...files, clip], env)
  expect(ends.map(({ name }) => name)).toEqual(['fail', 'fail', 'complete'])
  for (const { body } of ends.slice(0, 2)) {
    expect(TaskFailure.parse(body)).toMatchObject({ code: 'unsupported_codec', isRetryable: false })
  }
  const allowed = await listEnds(files, { ...env, TRANSCODER_ALLOW_FFMPEG: '7.1.1' })
  expect(allowed.map(({ name }) => name)).toEqual(['complete', 'complete'])
})

test('a machine whose tools do not run fails no film for good', slow, async () => {
  const breaks = (name: string, text: string, how: string) =>
    script(
      name,
      `case "$*" in *-version | *-encoders) exec ${name} "$@";; esac
      echo "${text}" >&2; ${how}`,
    )
  const lost = 'ffmpeg: error while loading shared libraries: libx264.so.164: cannot open'
  const shut = 'bwrap: Creating new namespace failed: Resource temporarily unavailable'
  const machines = [
    { FFPROBE_PATH: breaks('ffprobe', lost, 'exit 127') },
    { FFPROBE_PATH: breaks('ffprobe', shut, 'exit 1') },
    { FFMPEG_PATH: breaks('ffmpeg', lost, 'exit 127') },
    { FFMPEG_PATH: breaks('ffmpeg', shut, 'exit 1') },
  ]
  for (const env of machines) {
    const [end] = await listEnds([clip], { ...env, TRANSCODER_WALL: 'container' })
    const failure = TaskFailure.parse(end!.body)
    expect(failure).toMatchObject({ code: 'internal', isRetryable: true })
    expect(failure.message).not.toContain(folder.path())
  }
})

test('no disguised playlist reads a neighbour or asks an address', slow, async () => {
  let hits = 0
  const trap = createServer((_, response) => {
    hits++
    response.end(readFileSync(neighbour))
  })
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve))
  const { port } = trap.address() as { port: number }
  const neighbour = makeClip(folder.path('scratch', 'neighbour', 'source.ts'), { seconds: 1 })
  const targets = [neighbour, '../neighbour/source.ts', `http://127.0.0.1:${port}/a.ts`]
  const disguises = [...listDisguises(targets), sessionTo('127.0.0.1', port)]

  mkdirSync(folder.path('disguise'))
  const files = disguises.map(({ text }, i) => {
    const file = folder.path('disguise', `${i}.mp4`)
    writeFileSync(file, text)
    return file
  })
  for (const wall of ['auto', 'container']) {
    const ends = await listEnds(files, { TRANSCODER_WALL: wall })
    for (const [i, { body }] of ends.entries()) {
      expect(body, `${wall}: ${disguises[i]!.name}`).toMatchObject({
        ...{ code: 'not_a_video', isRetryable: false },
        message: expect.not.stringContaining(folder.path()),
      })
    }
  }
  expect(hits).toBe(0)
  trap.close()
})

const canMount = (() => {
  try {
    mkdirSync(folder.path('small'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder.path('small')])
    afterAll(() => execFileSync('umount', [folder.path('small')]))
    return true
  } catch {
    console.log('A small disk cannot be mounted here: what a full one does is not tested')
    return false
  }
})()

test.skipIf(!canMount)('a full disk fails an attempt for now', slow, async () => {
  const scratch = await openScratchRoot(folder.path('small'))
  const noise = ['-vf', 'noise=alls=60:allf=t', '-crf', '30']
  const fits = makeClip(folder.path('fits.mp4'), { seconds: 2, options: noise, audio: false })
  const fills = makeClip(folder.path('fills.mp4'), {
    ...{ seconds: 2, size: '640x360', audio: false },
    options: ['-vf', 'noise=alls=60:allf=t', '-crf', '10'],
  })
  for (const file of [fits, fills]) {
    const { failure, stored } = await refuse(scratch, file)
    expect(failure).toMatchObject({ code: 'internal', isRetryable: true })
    expect(failure.message).toMatch(/ENOSPC|No space left/)
    expect(stored).toEqual([])
    expect(readdirSync(folder.path('small', `p${process.pid}`))).toEqual([])
  }
  expect((await publish(scratch, clip)).report.renditions).toHaveLength(2)
})
