import { TaskError } from '../failure.ts'

interface Ended {
  isOk: boolean
  exitMessage: string
  errorLines: string[]
}

/** Trouble of this machine that no other look at the file will change; what came out says the rest. */
const ours: RegExp[] = [
  /No space left on device/,
  /Cannot allocate memory/,
  /killed with signal SIG(KILL|TERM|XFSZ|HUP)/,
  /ENOENT|EACCES|Cannot find ffmpeg/,
  /Unknown encoder|No such filter/,
]

/** Where files lie on this machine is nobody's business. */
const withoutFolders = (text: string) => text.replaceAll(/(?:\/[^\s/:']+)+\//g, '')

/**
 * A failure that says more than the files that came out, else null. The exit code alone says
 * nothing: damaged films end with 1 and a good result, and with 0 and nothing.
 */
export function explainRun({ isOk, exitMessage, errorLines }: Ended): TaskError | null {
  if (isOk) return null
  const text = [exitMessage, ...errorLines].join('\n')
  if (/SIGXCPU/.test(exitMessage)) return new TaskError('timed_out', exitMessage)
  const line = withoutFolders(errorLines.at(-1) ?? '')
  if (ours.some((pattern) => pattern.test(text))) {
    return new TaskError('internal', `${withoutFolders(exitMessage)} ${line}`.slice(0, 500), {
      isRetryable: true,
    })
  }
  if (/SIG(SEGV|ABRT|BUS|FPE|ILL)/.test(exitMessage)) return new TaskError('damaged', exitMessage)
  return null
}
