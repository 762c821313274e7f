/**
 * How fast is a signed segment through Lantern, against nginx with secure_link on the same bytes?
 *
 *   node bench/delivery.ts [seconds a run, 3]
 *
 * wrk with 16 connections on one thread, three interleaved rounds, medians. Both servers answer
 * on one thread. Needs wrk and nginx (Debian packages) and no other load on the machine.
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { run } from '../scripts/lib/run.ts'
import { findWorkerd } from '../worker/test/process.ts'
import { startBareWorkerd } from './lib/bare-workerd.ts'
import { startLantern } from './lib/lantern.ts'
import { startNginx } from './lib/nginx.ts'
import { addReadyVideo, encryptedLink, segmentName } from './lib/ready-video.ts'
import { timeTokenChecks } from './lib/token-check.ts'
import { type Load, medianLoad, runWrk } from './lib/wrk.ts'

const seconds = Number(process.argv[2] ?? 3)
const rounds = 3

/** A 2 MB and a 20 kB segment, and a film of many. */
const large = 0
const small = 1
const spread = Array.from({ length: 48 }, (_, index) => 2 + index)
const segments = [2_000_000, 20_000, ...spread.map(() => 1_000_000)].map((size) =>
  randomBytes(size),
)

const inTurn = (urls: string[]) => `
local paths = { ${urls.map((url) => `"${new URL(url).pathname}"`).join(', ')} }
local at = 0
function request()
  at = at % #paths + 1
  return wrk.format('GET', paths[at])
end`

for (const program of ['wrk', 'nginx']) {
  const isThere = await run(program, ['-v']).catch(() => undefined)
  if (!isThere) throw new Error(`${program} is missing: apt-get install wrk nginx-light`)
}
const dir = await mkdtemp(path.join(tmpdir(), 'lantern-bench-'))
const stops: (() => Promise<void>)[] = [() => rm(dir, { recursive: true, force: true })]
try {
  const { edge, user, stop } = await startLantern()
  stops.push(stop)
  const lanternPid = await findWorkerd(Number(new URL(edge.s3Endpoint).port))
  const link = await addReadyVideo(edge, user.workspaceId, segments)
  const signed = (index: number) => link + segmentName(index)

  const files = new Map(segments.map((bytes, index) => [segmentName(index), bytes]))
  const nginx = await startNginx(path.join(dir, 'nginx'), files)
  stops.push(nginx.stop)
  const bare = await startBareWorkerd(segments[small]!.byteLength)
  stops.push(bare.stop)
  const barePid = await findWorkerd(bare.entryPort)
  const bareLarge = await startBareWorkerd(segments[large]!.byteLength)
  stops.push(bareLarge.stop)
  const bareLargePid = await findWorkerd(bareLarge.entryPort)

  // From storage, then from the edge cache, then from memory: measured warm, like nginx.
  for (let reading = 0; reading < 3; reading++) {
    for (const index of segments.keys()) await expectSame(signed(index), segments[index]!)
  }
  for (const index of segments.keys()) {
    await expectSame(nginx.link(segmentName(index)), segments[index]!)
  }
  const etag = (await fetch(signed(small), { method: 'HEAD' })).headers.get('etag') ?? ''
  const script = async (name: string, text: string) => {
    const file = path.join(dir, `${name}.lua`)
    await writeFile(file, text)
    return file
  }
  const lanternSpread = await script('lantern', inTurn(spread.map(signed)))
  const nginxSpread = await script('nginx', inTurn(spread.map((i) => nginx.link(segmentName(i)))))
  const options = await script('options', "wrk.method = 'OPTIONS'")

  const lantern = (index: number, more = {}) =>
    runWrk(lanternPid, signed(index), { seconds, ...more })
  const other = (index: number, more = {}) =>
    runWrk(nginx.pid, nginx.link(segmentName(index)), { seconds, ...more })
  const runs: Record<string, () => Promise<Load>> = {
    '2 MB      Lantern': () => lantern(large),
    '2 MB      nginx': () => other(large),
    '20 kB     Lantern': () => lantern(small),
    '20 kB     nginx': () => other(small),
    '48 × 1 MB Lantern': () => lantern(spread[0]!, { script: lanternSpread }),
    '48 × 1 MB nginx': () => other(spread[0]!, { script: nginxSpread }),
    '2 MB      workerd alone': () => runWrk(bareLargePid, bareLarge.url, { seconds }),
    '20 kB     workerd alone': () => runWrk(barePid, bare.url, { seconds }),
    '2 MB      encrypted': () => runWrk(lanternPid, encryptedLink(signed(large)), { seconds }),
    'preflight Lantern': () => lantern(small, { script: options }),
    'unchanged Lantern': () => lantern(small, { headers: { 'If-None-Match': etag } }),
  }
  const loads: Record<string, Load[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, measure] of Object.entries(runs)) {
      ;(loads[name] ??= []).push(await measure())
    }
  }
  const results = Object.fromEntries(Object.entries(loads).map(([k, v]) => [k, medianLoad(v)]))
  report(nginx.version, results)
  const { plain, narrowedTwice } = await timeTokenChecks(5000)
  const shown = ({ medianMs, p99Ms }: typeof plain) =>
    `median ${medianMs.toFixed(3)} ms, p99 ${p99Ms.toFixed(3)} ms`
  console.log(
    `\nA token that is new to an isolate (aim: p99 of 1 ms)\n  plain           ${shown(plain)}\n  narrowed twice  ${shown(narrowedTwice)}`,
  )
} finally {
  for (const stop of stops.toReversed()) await stop()
}

async function expectSame(url: string, bytes: Uint8Array): Promise<void> {
  const response = await fetch(url)
  const got = Buffer.from(await response.arrayBuffer())
  if (!response.ok || !got.equals(bytes)) throw new Error(`${response.status} from ${url}`)
}

function report(nginxVersion: string, results: Record<string, Load>): void {
  console.log(`wrk, 16 connections, ${rounds} × ${seconds} s each; against ${nginxVersion}\n`)
  console.log(`${''.padEnd(24)}     req/s      MB/s   median ms   CPU µs/req`)
  for (const [name, load] of Object.entries(results)) {
    const { requestsPerSecond, megabytesPerSecond, medianMs, cpuMicrosPerRequest } = load
    const numbers = [
      requestsPerSecond.toFixed(0).padStart(10),
      megabytesPerSecond.toFixed(0).padStart(10),
      medianMs.toFixed(2).padStart(12),
      cpuMicrosPerRequest.toFixed(0).padStart(13),
    ]
    console.log(name.padEnd(24) + numbers.join(''))
  }
  const rate = (name: string) => results[name]!.requestsPerSecond
  const cpu = (name: string) => results[name]!.cpuMicrosPerRequest
  const ratio = (size: string) => (rate(`${size} Lantern`) / rate(`${size} nginx`)).toFixed(2)
  const work = (size: string) => (cpu(`${size} nginx`) / cpu(`${size} Lantern`)).toFixed(2)
  console.log(`
Ratio Lantern / nginx, requests a second: 2 MB ${ratio('2 MB     ')} (aim 0.8), 20 kB ${ratio('20 kB    ')} (aim 0.5), 48 × 1 MB ${ratio('48 × 1 MB')}
CPU time a request, nginx / Lantern:        2 MB ${work('2 MB     ')}, 20 kB ${work('20 kB    ')}, 48 × 1 MB ${work('48 × 1 MB')}

Where the CPU time of a 20 kB segment goes (µs of ${cpu('20 kB     Lantern').toFixed(0)})
  workerd itself, with the same bytes       ${cpu('20 kB     workerd alone').toFixed(0)}
  gate and routing before the Worker        ${(cpu('preflight Lantern') - cpu('20 kB     workerd alone')).toFixed(0)} (a preflight, less workerd itself)
  token, video's state, cache lookup        ${(cpu('unchanged Lantern') - cpu('preflight Lantern')).toFixed(0)} (a 304, less a preflight)
  body                                      ${(cpu('20 kB     Lantern') - cpu('unchanged Lantern')).toFixed(0)} (a 200, less a 304)
A segment of 2 MB costs ${cpu('2 MB      Lantern').toFixed(0)} µs, of which workerd alone takes ${cpu('2 MB      workerd alone').toFixed(0)} for the same bytes. Segments
above 256 kB come from caches.default each time; nginx hands them to the kernel by sendfile. Encrypted on
its way (AES-128-CBC) it costs ${cpu('2 MB      encrypted').toFixed(0)} µs: ${(rate('2 MB      encrypted') / rate('2 MB      Lantern')).toFixed(2)} of the requests a second.`)
}
