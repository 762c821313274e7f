import path from 'node:path'
import { root } from './paths.ts'

/** The account of the first start; it keeps this server unless others are named. */
export const demoEmail = 'demo@lantern.local'

/** What the environment decides about one machine. */
export interface Settings {
  /** All state lies here: data, secrets, logs. */
  dir: string
  host: string
  /** 0 picks a free one. */
  port: number
  hasDemo: boolean
  isDev: boolean
  /** A reverse proxy stands in front: see EdgeOptions. */
  hasProxy: boolean
  /** Scheme and host that people use, where it is not what requests say. */
  publicOrigin: string
  /** Addresses of those who keep this server. */
  admins: string
  /** Vars of the Worker that say who sends its mail and who vouches for people. */
  mail: Record<string, string>
}

const passedOn = ['MAIL_PROVIDER', 'MAIL_FROM', 'MAIL_HTTP_URL', 'MAIL_HTTP_KEY', 'OIDC_PROVIDERS']

/** Throws a sentence for the operator where a value makes no sense. */
export function readSettings(
  env: Record<string, string | undefined>,
  args: string[] = [],
): Settings {
  const port = Number(env['PORT'] || 8787)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`PORT must be a number from 0 to 65535, not "${env['PORT']}".`)
  }
  return {
    dir: path.resolve(root, env['LANTERN_DIR'] || '.lantern'),
    host: env['HOST'] || '127.0.0.1',
    port,
    hasDemo: env['LANTERN_DEMO'] !== '0',
    isDev: args.includes('--dev'),
    hasProxy: env['LANTERN_PROXY'] === '1',
    publicOrigin: (env['LANTERN_ORIGIN'] ?? '').replace(/\/$/, ''),
    admins: env['PLATFORM_ADMINS'] ?? demoEmail,
    mail: Object.fromEntries(passedOn.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
  }
}
