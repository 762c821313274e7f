import { readFile, writeFile } from 'node:fs/promises'
import { unstable_readConfig as readConfig } from 'wrangler'
import { inRoot } from './paths.ts'
import { Refusal, say } from './progress.ts'
import { type RunResult, run } from './run.ts'
import type { Secrets } from './secrets.ts'

const configFile = inRoot('wrangler.toml')
const unsetId = '00000000-0000-0000-0000-000000000000'

/** The production environment as wrangler reads it. */
export const readProduction = () => readConfig({ config: configFile, env: 'production' })
export type Production = ReturnType<typeof readProduction>

const wrangler = (args: string[]): Promise<RunResult> =>
  run(process.execPath, [inRoot('node_modules/wrangler/bin/wrangler.js'), ...args], {
    env: { WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
  })

/** Answers what wrangler printed; throws a Refusal with it where wrangler fails. */
export async function cloudflare(...args: string[]): Promise<string> {
  const { code, output } = await wrangler(args)
  if (code !== 0) throw new Refusal(`wrangler ${args.join(' ')} failed:\n\n${output.trim()}`)
  return output
}

export async function requireLogin(): Promise<void> {
  const { code } = await wrangler(['whoami', '--json'])
  if (code === 0) return
  throw new Refusal(
    'wrangler is not signed in to Cloudflare. Sign in, then try again:\n\n  npx wrangler login\n\n' +
      '(or set CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID)',
  )
}

/** Settings that only the operator knows; names each that still has its example value. */
export function requireOwnSettings(text: string): void {
  const production = text.slice(text.indexOf('[env.production]'))
  const examples = ['video.example.com', 'ACCOUNT_ID'].filter((word) => production.includes(word))
  if (examples.length === 0) return
  throw new Refusal(
    `wrangler.toml still names ${examples.join(' and ')} under [env.production].\n` +
      'Write your domain (a zone of your account) and your account id there; docs/deploy.md says where to find them.',
  )
}

/** Makes the database where it is missing and writes its id into wrangler.toml. */
export async function ensureDatabase(production: Production): Promise<void> {
  for (const { database_name: name = '', database_id: id } of production.d1_databases) {
    if (id && id !== unsetId) continue
    const find = async () => {
      const listed = await cloudflare('d1', 'list', '--json')
      const all = JSON.parse(listed.slice(listed.indexOf('['))) as { name: string; uuid: string }[]
      return all.find((database) => database.name === name)
    }
    if (!(await find())) {
      say(`Creating the database ${name}`)
      await cloudflare('d1', 'create', name)
    }
    const found = await find()
    if (!found)
      throw new Refusal(`The database ${name} was created but is not listed yet. Try again.`)
    const text = await readFile(configFile, 'utf8')
    const at = text.indexOf('[[env.production.d1_databases]]')
    await writeFile(configFile, text.slice(0, at) + text.slice(at).replace(unsetId, found.uuid))
    say(`wrangler.toml: database_id = "${found.uuid}"`)
  }
}

/** Browsers PUT parts from the site's origin and read the ETag of the answer. */
export const corsRules = (origin: string) => ({
  rules: [
    {
      allowed: { origins: [origin], methods: ['PUT'], headers: ['content-type'] },
      exposeHeaders: ['ETag'],
      maxAgeSeconds: 3600,
    },
  ],
})

/** Runs `create` unless wrangler says that the thing is there already. */
export async function ensure(what: string, exists: string[], create: string[]): Promise<void> {
  if ((await wrangler(exists)).code === 0) return
  say(`Creating ${what}`)
  await cloudflare(...create)
}

export const queueNames = ({ queues }: Production): string[] => [
  ...new Set([
    ...(queues.producers ?? []).map(({ queue }: { queue: string }) => queue),
    ...(queues.consumers ?? []).map(({ queue }: { queue: string }) => queue),
  ]),
]

/**
 * The secrets that the Worker lacks: R2's keys come from the environment, all others are made here.
 * Those it has are never touched, or sessions and links would end.
 */
export function missingSecrets(
  present: string[],
  made: Secrets,
  env: Record<string, string | undefined>,
): Partial<Secrets> {
  const wanted = { ...made }
  for (const name of ['R2_ACCESS_KEY_ID', 'R2_SECRET_ACCESS_KEY'] as const) {
    if (present.includes(name)) continue
    const value = env[name]
    if (!value) {
      throw new Refusal(
        `The Worker has no ${name}. Create an R2 API token (Object Read & Write, this bucket), then:\n\n` +
          '  R2_ACCESS_KEY_ID=… R2_SECRET_ACCESS_KEY=… npm run deploy',
      )
    }
    wanted[name] = value
  }
  return Object.fromEntries(Object.entries(wanted).filter(([name]) => !present.includes(name)))
}

/** Names of the Worker's secrets; none before its first deployment. */
export async function listSecrets(): Promise<string[]> {
  const { code, output } = await wrangler(['secret', 'list', '--env', 'production'])
  if (code !== 0) {
    // Any other failure must not look like a Worker without secrets: new ones would end sessions.
    if (/10007|does not exist/.test(output)) return []
    throw new Refusal(`wrangler secret list failed:\n\n${output.trim()}`)
  }
  const listed = JSON.parse(output.slice(output.indexOf('['))) as { name: string }[]
  return listed.map(({ name }) => name)
}
