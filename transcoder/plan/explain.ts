import { TaskError } from '../failure.ts'

interface Ended {
  isOk: boolean
  exitMessage: string
  errorLines: string[]
}

/** What the wall, the loader and a stopped ffmpeg say before any film is at fault. */
const outside: RegExp[] = [
  /^(?:bwrap|prlimit|setpriv|nice): /m,
  /error while loading shared libraries/,
  /^(?!.*(?:submitting a packet|while decoding)).*Resource temporarily unavailable/im,
  /Exiting normally, received signal/,
]

/** The program was not run, or ended by signals: env(1), prlimit(1), and 123 of ffmpeg's own. */
const outsideCodes = [123, 125, 126, 127]

/** A line or some of a log in which the machine speaks, not the film. */
export const isOutside = (text: string): boolean => outside.some((pattern) => pattern.test(text))

/** A program that ended so has not looked at the film, or not to its end. */
export const hasNotRun = (code: number | null, text: string): boolean =>
  outsideCodes.includes(code ?? 0) || (code !== 0 && isOutside(text))

/** What this build of ffmpeg does not have, others may. */
const lacking = /Unknown encoder|No such filter/
export const lacksPart = ({ errorLines }: Pick<Ended, 'errorLines'>): boolean =>
  errorLines.some((line) => lacking.test(line))

/** Trouble of this machine that no other look at the file will change; what came out says the rest. */
const ours: RegExp[] = [
  /No space left on device/,
  /Cannot allocate memory/,
  /killed with signal SIG(KILL|TERM|XFSZ|HUP)/,
  /ENOENT|EACCES|EAGAIN|ENOMEM|Cannot find ffmpeg/,
  lacking,
]

/** The end of a run that got no further. */
export const stoodStill = 'ffmpeg stood still'

/** Where files lie on this machine is nobody's business. */
export const withoutFolders = (text: string) => text.replaceAll(/(?:\/[^\s/:']+)+\//g, '')

/**
 * A failure that says more than the files that came out, else null. The exit code alone says
 * nothing: damaged films end with 1 and a good result, and with 0 and nothing.
 */
export function explainRun({ isOk, exitMessage, errorLines }: Ended): TaskError | null {
  if (isOk) return null
  const text = [exitMessage, ...errorLines].join('\n')
  if (/SIGXCPU/.test(exitMessage) || exitMessage === stoodStill)
    return new TaskError('timed_out', exitMessage)
  const line = withoutFolders(errorLines.at(-1) ?? '')
  const code = Number(/exited with code (\d+)/.exec(exitMessage)?.[1] ?? Number.NaN)
  if (hasNotRun(code, text) || ours.some((pattern) => pattern.test(text))) {
    return new TaskError('internal', `${withoutFolders(exitMessage)} ${line}`.slice(0, 500), {
      isRetryable: true,
    })
  }
  if (/SIG(SEGV|ABRT|BUS|FPE|ILL)/.test(exitMessage)) return new TaskError('damaged', exitMessage)
  return null
}
