import { mkdir, readFile, rm } from 'node:fs/promises'
import { relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { inRoot } from './paths.ts'
import { type RunResult, run } from './run.ts'

export interface Outcome {
  passed: number
  failed: number
  skipped: number
  /** What failed, a line or some each: the end of a long log is where people look first. */
  failures: string[]
}

/** One line of the test run; its name is what `npm test -- <name>` selects. */
export interface Check {
  name: string
  /** Anything the program printed, for a failed check. */
  work: (onOutput: (text: string) => void) => Promise<Outcome & { output: string }>
}

const quiet = {
  WRANGLER_SEND_METRICS: 'false',
  REDOCLY_TELEMETRY: 'off',
  REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
}

/** Programs of packages, one after the other; the check fails with the first that does. */
export function toolCheck(name: string, commands: string[][]): Check {
  return {
    name,
    work: async () => {
      let output = ''
      for (const [file = '', ...args] of commands) {
        const result = await runNode(file, args)
        output += result.output
        if (result.code !== 0) {
          return { passed: 0, failed: 1, skipped: 0, failures: [name], output }
        }
      }
      return { passed: 1, failed: 0, skipped: 0, failures: [], output }
    },
  }
}

const runNode = (
  file: string,
  args: string[],
  onOutput: (text: string) => void = () => {},
): Promise<RunResult> => {
  const program = file.endsWith('.ts') ? inRoot(file) : inRoot('node_modules', file)
  return run(process.execPath, [program, ...args], { env: quiet, onOutput })
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    status: string
    message: string
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[]
  }[]
}

/** Vitest's projects, counted test by test. `rest` goes to vitest as it is. */
export function vitestCheck(name: string, projects: string[], rest: string[]): Check {
  return {
    name,
    work: async (onOutput) => {
      const file = inRoot('dist/test', `${name}.json`)
      await mkdir(inRoot('dist/test'), { recursive: true })
      await rm(file, { force: true })
      const args = [
        'run',
        ...projects.flatMap((project) => ['--project', project]),
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${file}`,
        ...rest,
      ]
      const { code, output } = await runNode('vitest/vitest.mjs', args, onOutput)
      return { ...toOutcome(code, await readReport(file), output), output }
    },
  }
}

async function readReport(file: string): Promise<VitestReport | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text ? (JSON.parse(text) as VitestReport) : undefined
}

/**
 * A file that does not even load has no failed test, and neither has an error outside of all tests;
 * yet the run failed: that counts as one.
 */
export function toOutcome(code: number, report: VitestReport | undefined, output = ''): Outcome {
  const failed = report?.numFailedTests ?? 0
  return {
    passed: report?.numPassedTests ?? 0,
    failed: code === 0 ? failed : Math.max(1, failed),
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    failures: [...(report ? toFailures(report) : []), ...outsideTests(output)],
  }
}

/** Each failed test with the head of its message, and each file that does not even load. */
const toFailures = ({ testResults }: VitestReport): string[] =>
  testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(inRoot('.'), name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [`${file}\n${toHead(message)}`]
    return failed.map(
      ({ fullName, failureMessages: [first = ''] }) => `${file}: ${fullName}\n${toHead(first)}`,
    )
  })

/** What vitest says of errors that no test waited for. */
function outsideTests(output: string): string[] {
  const plain = stripVTControlCharacters(output)
  const at = plain.lastIndexOf(' Unhandled Errors ')
  return at < 0 ? [] : [toHead(plain.slice(at), 24)]
}

const toHead = (message: string, lines = 6) =>
  message
    .split('\n')
    .slice(0, lines)
    .map((line) => `    ${line}`)
    .join('\n')
