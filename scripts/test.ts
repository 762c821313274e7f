import { mkdir } from 'node:fs/promises'
import { type Check, type Outcome, toolCheck, vitestCheck } from './lib/check.ts'
import { ensureChromium, ensureFfmpeg } from './lib/ffmpeg.ts'
import { inRoot } from './lib/paths.ts'
import { Refusal, runMain, say } from './lib/progress.ts'

const wrangler = ['wrangler/bin/wrangler.js', 'deploy', '--dry-run']
const programs = ['worker', 'transcoder', 'web', 'scripts', 'e2e']

/** Seconds each, and independent of one another. */
const cheap: Check[] = [
  toolCheck('format', [['prettier/bin/prettier.cjs', '--check', '.']]),
  toolCheck('lint', [['oxlint/bin/oxlint', '--deny-warnings']]),
  ...programs.map((name) => toolCheck(`types-${name}`, [['typescript/bin/tsc', '-p', name]])),
  toolCheck('deploy-dry-run', [[...wrangler, '--env=', '--outdir', 'dist/test/local']]),
  toolCheck('deploy-dry-run-production', [
    // An image needs Docker; everything else of the environment is read and bundled.
    [...wrangler, '--env=production', '--containers-rollout=none', '--outdir', 'dist/test/edge'],
  ]),
  toolCheck('openapi', [
    ['scripts/openapi.ts', 'dist/test/openapi.json'],
    ['@redocly/cli/bin/cli.js', 'lint', 'dist/test/openapi.json'],
  ]),
]

await runMain(async () => {
  const args = process.argv.slice(2)
  const dash = args.indexOf('--')
  const wanted = dash < 0 ? args : args.slice(0, dash)
  const rest = dash < 0 ? [] : args.slice(dash + 1)
  const isWanted = ({ name }: Check) =>
    wanted.length === 0 || wanted.some((word) => name.startsWith(word))

  const unit = vitestCheck('unit', ['unit'], rest)
  const integration = vitestCheck('integration', ['integration'], rest)
  const endToEnd = vitestCheck('e2e', ['e2e'], rest)
  const heavy = [unit, integration, endToEnd].filter(isWanted)
  const light = cheap.filter(isWanted)
  if (light.length + heavy.length === 0) {
    const names = [...cheap, unit, integration, endToEnd].map(({ name }) => name)
    throw new Refusal(
      `No check has a name like ${wanted.join(' ')}. There are: ${names.join(', ')}`,
    )
  }
  if (heavy.length > 0) await ensureFfmpeg()
  if (heavy.includes(endToEnd)) process.env['CHROMIUM_PATH'] = await ensureChromium()
  await mkdir(inRoot('dist/test'), { recursive: true })
  await mkdir(inRoot('dist/web'), { recursive: true })

  const outcomes = await runTwoAtATime(light)
  for (const check of heavy) outcomes.push(await runCheck(check, true))
  process.exitCode = report(outcomes)
})

async function runCheck(check: Check, isShown: boolean): Promise<Outcome> {
  if (isShown) say(`… ${check.name}`)
  const startedAt = Date.now()
  const show = (text: string) => void process.stdout.write(text)
  const { output, ...outcome } = await check.work(isShown ? show : () => {})
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const hasFailed = outcome.failed > 0
  say(`${hasFailed ? '✗' : '✓'} ${check.name.padEnd(26)} ${seconds} s`)
  if (hasFailed && !isShown) console.log(`\n${output.trim()}\n`)
  return outcome
}

async function runTwoAtATime(checks: Check[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  const waiting = [...checks]
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      outcomes.push(await runCheck(check, false))
    }
  }
  await Promise.all([work(), work()])
  return outcomes
}

/** Prints what failed and the one line that machines read; answers the exit code. */
function report(outcomes: Outcome[]): number {
  const sum = (name: 'passed' | 'failed' | 'skipped') =>
    outcomes.reduce((total, outcome) => total + outcome[name], 0)
  const failures = outcomes.flatMap((outcome) => outcome.failures)
  if (failures.length > 0) console.log(`\nFailed:\n${failures.join('\n')}`)
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')]
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  return failed > 0 ? 1 : 0
}
