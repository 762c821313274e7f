import { existsSync } from 'node:fs'
import { Refusal, step } from './progress.ts'
import { run } from './run.ts'

const answers = (command: string, flag: string): Promise<boolean> =>
  run(command, [flag]).then(
    ({ code }) => code === 0,
    () => false,
  )

/** ffmpeg and ffprobe on the PATH, from Debian's packages where we may install them. */
export async function ensureFfmpeg(): Promise<void> {
  const isThere = await Promise.all([answers('ffmpeg', '-version'), answers('ffprobe', '-version')])
  if (isThere.every(Boolean)) return
  await installPackage('ffmpeg')
}

/** Chromium for the end-to-end tests; answers its path. */
export async function ensureChromium(): Promise<string> {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    existsSync,
  )
  if (found) return found
  await installPackage('chromium')
  return '/usr/bin/chromium'
}

async function installPackage(name: string): Promise<void> {
  const isRoot = process.getuid?.() === 0
  if (!isRoot || !existsSync('/usr/bin/apt-get')) {
    const command = process.platform === 'darwin' ? `brew install ${name}` : debian(name, 'sudo ')
    throw new Refusal(`Lantern needs ${name}. Install it, then try again:\n\n  ${command}`)
  }
  await step(`Installing ${name} from Debian's packages`, async () => {
    const { code, output } = await run('sh', ['-c', debian(name, '')], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (code === 0) return
    throw new Refusal(`${output.slice(-1500)}\n\napt-get could not install ${name}.`)
  })
}

const debian = (name: string, sudo: string): string =>
  `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${name}`
