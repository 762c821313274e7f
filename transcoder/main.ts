import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openDesk } from './desk.ts'
import { createHttp } from './http.ts'
import { createLog } from './log.ts'
import { openScratchRoot } from './run/scratch.ts'
import { getMachine } from './run/wall.ts'

process.stdout.on('error', () => {}) // who read the log is gone; there is still work to hand back
const log = createLog({ program: 'transcoder' })
/** Service managers wait for 30 s. */
const drainMs = 20_000
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

const machine = await getMachine().catch((error: unknown) => {
  log.error('this machine cannot read films safely', { error: String(error) })
  process.exit(1)
})
const { wall, gate, codecs } = machine
const ffmpeg = `${machine.ffmpeg}, ${gate.outcome}: ${gate.why}`
if (gate.outcome === 'refused') {
  log.error('this ffmpeg is refused', { ffmpeg, allow: 'TRANSCODER_ALLOW_FFMPEG' })
  process.exit(1)
}
if (gate.outcome === 'narrowed') log.warn('some formats are closed', { ffmpeg, ...gate.closed })
if (wall !== 'bubblewrap') log.warn('ffmpeg runs without namespaces of its own', { wall })

const desk = openDesk(slots, await openScratchRoot(scratchDir), log)
const server = createHttp({ desk, key, version, ffmpeg, wall, log })

server.listen(Number(process.env['PORT'] ?? 0), host, () => {
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  log.info('ready', { host, port, ffmpeg, codecs, wall, slots, scratchDir, version })
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
