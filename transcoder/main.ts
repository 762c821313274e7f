import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDesk } from './desk.ts'
import { createHttp } from './http.ts'
import { createLog } from './log.ts'
import { findVersion } from './run/ffmpeg.ts'
import { openScratchRoot } from './run/scratch.ts'

process.stdout.on('error', () => {}) // who read the log is gone; there is still work to hand back
const log = createLog({ program: 'transcoder' })
const drainMs = 8000
const orphanMs = 2000

function need(name: string): string {
  const value = process.env[name]
  if (value) return value
  log.error('a setting is missing', { name })
  process.exit(1)
}

const key = need('TRANSCODER_KEY')
const host = process.env['HOST'] ?? '127.0.0.1'
const slotsOf = (name: string, usual: number) =>
  Math.max(1, Math.trunc(Number(process.env[name])) || usual)
const slots = {
  opening: slotsOf('OPENING_SLOTS', 2),
  short: slotsOf('SHORT_SLOTS', 1),
  long: slotsOf('SLOTS', 1),
}
const scratchDir = process.env['SCRATCH_DIR'] ?? path.join(tmpdir(), 'lantern-transcoder')
const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string }

const ffmpeg = await findVersion().catch((error: unknown) => {
  log.error('ffmpeg does not run', { error: String(error) })
  process.exit(1)
})
const desk = openDesk(slots, await openScratchRoot(scratchDir), log)
const server = createHttp({ desk, key, version, ffmpeg, wall: 'container', log })

server.listen(Number(process.env['PORT'] ?? 0), host, () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  log.info('ready', { host, port, ffmpeg, slots, scratchDir, version })
  process.send?.({ port })
})

let isLeaving = false

/** Hand every task back and go. Whatever hangs is cut off: ffmpeg dies with this process. */
async function leave(why: string, ms: number): Promise<never> {
  if (isLeaving) return new Promise<never>(() => {})
  isLeaving = true
  log.info('leaving', { why })
  server.close()
  await desk.drain(ms)
  log.info('left')
  process.exit(0)
}

process.on('SIGTERM', () => void leave('SIGTERM', drainMs))
process.on('SIGINT', () => void leave('SIGINT', drainMs))
process.on('disconnect', () => void leave('the parent is gone', orphanMs))
