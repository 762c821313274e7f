import { existsSync } from 'node:fs'
import { Refusal, say, step } from './progress.ts'
import { run } from './run.ts'

const answers = (command: string, flag: string): Promise<boolean> =>
  run(command, [flag]).then(
    ({ code }) => code === 0,
    () => false,
  )

const canInstall = (): boolean => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')

/**
 * ffmpeg and ffprobe on the PATH, and on Linux the bubblewrap that they run in, from Debian's
 * packages where we may install them. Without bubblewrap it goes on behind a lower wall.
 */
export async function ensureFfmpeg(): Promise<void> {
  const isThere = await Promise.all([answers('ffmpeg', '-version'), answers('ffprobe', '-version')])
  const hasBubblewrap = process.platform !== 'linux' || (await answers('bwrap', '--version'))
  if (!isThere.every(Boolean)) {
    await installPackages(['ffmpeg', ...(hasBubblewrap || !canInstall() ? [] : ['bubblewrap'])])
  } else if (!hasBubblewrap && canInstall()) {
    await installPackages(['bubblewrap']).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error
      say('bubblewrap could not be installed: ffmpeg runs behind a lower wall')
    })
  } else if (!hasBubblewrap) {
    say('There is no bubblewrap: ffmpeg runs behind a lower wall (apt-get install bubblewrap)')
  }
}

/** Chromium for the end-to-end tests; answers its path. */
export async function ensureChromium(): Promise<string> {
  const found = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    existsSync,
  )
  if (found) return found
  await installPackages(['chromium'])
  return '/usr/bin/chromium'
}

async function installPackages(names: string[]): Promise<void> {
  const all = names.join(' and ')
  if (!canInstall()) {
    const isMac = process.platform === 'darwin'
    const command = isMac ? `brew install ${names.join(' ')}` : debian(names, 'sudo ')
    throw new Refusal(`Lantern needs ${all}. Install it, then try again:\n\n  ${command}`)
  }
  await step(`Installing ${all} from Debian's packages`, async () => {
    const { code, output } = await run('sh', ['-c', debian(names, '')], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (code === 0) return
    throw new Refusal(`${output.slice(-1500)}\n\napt-get could not install ${all}.`)
  })
}

const debian = (names: string[], sudo: string): string =>
  `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends ${names.join(' ')}`
