import { ensureWeb } from './lib/build.ts'
import { ensureDemoLogin, ensureDemoVideo } from './lib/demo.ts'
import { startDev } from './lib/dev.ts'
import { ensureFfmpeg } from './lib/ffmpeg.ts'
import { freePort } from './lib/edge.ts'
import { type Lantern, choosePort, startLantern, untilReady } from './lib/lantern.ts'
import { publishRunning, releaseLock, takeLock } from './lib/lock.ts'
import { runMain, say, step } from './lib/progress.ts'
import { type Settings, readSettings } from './lib/settings.ts'

/** It hands its tasks back within 20 s; what comes later is killed. */
const transcoderLeavesMs = 25_000

await runMain(async () => {
  const settings = readSettings(process.env, process.argv.slice(2))
  const stops: (() => Promise<void>)[] = []
  stopInOrder(stops)

  await takeLock(settings.dir)
  stops.push(() => releaseLock(settings.dir))
  const port = await choosePort(settings)
  await ensureFfmpeg()
  if (!settings.isDev) await step('Web app', ensureWeb)

  const innerPort = settings.isDev ? await freePort() : port
  const host = settings.isDev ? '127.0.0.1' : settings.host
  const lantern = await step('Worker, database and transcoder', () =>
    startLantern({ ...settings, host }, innerPort, port),
  )
  stops.push(() => lantern.stop(transcoderLeavesMs))
  await untilReady(lantern.url)
  await lantern.catchUp()
  if (settings.isDev) await startDev(settings, port, lantern, stops)
  const url = lantern.shownUrl
  await publishRunning(settings.dir, url)
  const stopping = new AbortController()
  stops.push(async () => stopping.abort())
  await welcome(settings, url, lantern, stopping.signal)
})

async function welcome(
  settings: Settings,
  url: string,
  lantern: Lantern,
  stopping: AbortSignal,
): Promise<void> {
  const login = settings.hasDemo ? await ensureDemoLogin(settings.dir, lantern) : undefined
  say('Ready')
  console.log(`\n  Lantern    ${url}`)
  if (login) console.log(`  Demo login ${login.email}  password ${login.password}`)
  if (lantern.outboxUrl) console.log(`  Mails      ${lantern.outboxUrl}`)
  console.log(`  State      ${settings.dir}\n  Stop       Ctrl-C\n`)
  if (!login || login.videoId) return
  say('Making the demo video; it shows on the home page in a minute')
  ensureDemoVideo(settings.dir, lantern.url, login, stopping).then(
    () => say('The demo video is uploaded and being converted'),
    (error: unknown) => {
      if (!stopping.aborted) say(`The demo video could not be made: ${String(error)}`)
    },
  )
}

/** The first signal stops things from the last started to the first; a second one forces. */
function stopInOrder(stops: (() => Promise<void>)[]): void {
  let stoppingSince = 0
  const stop = async (why: string) => {
    stoppingSince = Date.now()
    say(`Stopping (${why}); again to force`)
    for (const end of stops.toReversed()) await end()
    say('Stopped')
    process.exit(0)
  }
  const onSignal = (signal: string) => {
    if (!stoppingSince) return void stop(signal)
    // The same signal may arrive twice, from the terminal and from the program that started us.
    if (Date.now() - stoppingSince < 500) return undefined
    say('Forced')
    process.exit(1) // the channel and the parent-death signal end the children
  }
  process.on('SIGINT', () => onSignal('Ctrl-C'))
  process.on('SIGTERM', () => onSignal('SIGTERM'))
  process.once('disconnect', () => {
    if (!stoppingSince) void stop('the program that started this one is gone')
  })
}
