import path from 'node:path'
import { unstable_readConfig as readConfig } from 'wrangler'
import { applyMigrations, ensureWorker } from './build.ts'
import { tickCrons } from './cron.ts'
import { type Edge, freePort, startEdge } from './edge.ts'
import { openLogFile, toConsoleLine } from './log-file.ts'
import { inRoot, root } from './paths.ts'
import { Refusal, say } from './progress.ts'
import { loadSecrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { type KeptTranscoder, keepTranscoder } from './transcoder.ts'
import { tieWorkerd } from './workerd.ts'

/** Everything one machine runs: workerd, the transcoder and the crons. */
export interface Lantern {
  url: string
  /** Where people open it: by a name, which passkeys need. */
  shownUrl: string
  /** The page of mails; undefined where a provider sends them. */
  outboxUrl: string | undefined
  edge: Edge
  transcoder: KeptTranscoder
  /** Runs every cron once: what was under way when the machine last stopped goes on at once. */
  catchUp: () => Promise<void>
  /** Drains the transcoder while the Worker still answers, then ends workerd. */
  stop: (limitMs: number) => Promise<void>
}

/**
 * `port` is a real one: see `choosePort`. `shownPort`: the one that people open, where something
 * stands in front.
 */
export async function startLantern(
  settings: Settings,
  port: number,
  shownPort = port,
): Promise<Lantern> {
  const { dir, host } = settings
  const secrets = await loadSecrets(path.join(dir, 'secrets.json'))
  const transcoderPort = await freePort()
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`
  const shownHost = host === '127.0.0.1' || host === '0.0.0.0' ? 'localhost' : host
  const shownUrl = settings.publicOrigin || `http://${shownHost}:${shownPort}`
  const scriptPath = await ensureWorker()
  await tieWorkerd(path.join(dir, 'run'))

  const edge = await startEdge({
    root,
    scriptPath,
    stateDir: path.join(dir, 'state'),
    host,
    port,
    hasProxy: settings.hasProxy,
    s3: { accessKeyId: secrets.R2_ACCESS_KEY_ID, secretAccessKey: secrets.R2_SECRET_ACCESS_KEY },
    env: {
      ...secrets,
      TRANSCODER_URL: `http://127.0.0.1:${transcoderPort}`,
      FLEET_SLOTS: process.env['SLOTS'] ?? '1',
      CALLBACK_URL: url,
      S3_PUBLIC_ENDPOINT: '',
      PUBLIC_ORIGIN: settings.publicOrigin,
      LINK_ORIGIN: shownUrl,
      PLATFORM_ADMINS: settings.admins,
      ...settings.mail,
    },
    onLog: logTo(dir, 'worker'),
    onRestart: () => say('workerd died and was started again'),
  })
  const applied = await applyMigrations(edge.mf)
  if (applied.length > 0) say(`Database: applied ${applied.join(', ')}`)

  const logTranscoder = logTo(dir, 'transcoder')
  const transcoder = keepTranscoder({
    port: transcoderPort,
    key: secrets.TRANSCODER_KEY,
    scratchDir: path.join(dir, 'scratch'),
    onLine: (message, level) => logTranscoder({ message, level }),
    onDeath: (how, againInMs) =>
      say(`The transcoder died (${how}); starting it again in ${againInMs / 1000} s`),
  })
  const { crons } = readConfig({ config: inRoot('wrangler.toml') }).triggers
  const runCron = (line: string): Promise<void> =>
    edge.runCron(line).catch((error: unknown) => say(`cron "${line}" failed: ${String(error)}`))
  const stopCrons = tickCrons(crons ?? [], (line) => void runCron(line))
  return {
    url,
    shownUrl,
    outboxUrl: settings.mail['MAIL_PROVIDER']
      ? undefined
      : `${shownUrl}/outbox?key=${secrets.OUTBOX_KEY}`,
    edge,
    transcoder,
    catchUp: async () => {
      for (const line of crons ?? []) await runCron(line)
    },
    stop: async (limitMs) => {
      stopCrons()
      await transcoder.stop(limitMs)
      await edge.stop()
    },
  }
}

function logTo(dir: string, name: string) {
  const append = openLogFile(path.join(dir, 'logs', `${name}.log`))
  return ({ message, level }: { message: string; level: string }) => {
    const shown = toConsoleLine(name, append(message, level))
    if (shown) say(shown)
  }
}

/** Throws a Refusal where the port is taken; turns 0 into a free one. */
export async function choosePort({ host, port }: Settings): Promise<number> {
  try {
    return await freePort(host, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') {
      throw new Refusal(
        `Port ${port} is taken. Stop what uses it, or choose another: PORT=8788 npm start\n` +
          '(PORT=0 picks a free one.)',
      )
    }
    throw new Refusal(`Lantern cannot listen on ${host}:${port} (${code}).`)
  }
}

/** Waits until database, storage, queue and transcoder answer. */
export async function untilReady(url: string, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs
  let last = 'no answer'
  while (Date.now() < deadline) {
    const response = await fetch(`${url}/readyz`).catch((error: Error) => error)
    if (!(response instanceof Error)) {
      if (response.ok) return
      last = `${response.status} ${await response.text()}`
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Refusal(`Lantern does not become ready. /readyz says: ${last}`)
}
