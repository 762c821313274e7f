import { createRoot, createSignal } from 'solid-js'
import { hasCode } from './error.ts'
import { client } from './session.ts'

interface Ask {
  settle: (isConfirmed: boolean) => void
  answer: Promise<boolean>
}

const [ask, setAsk] = createRoot(() => createSignal<Ask>())

/** True while somebody is to confirm who they are: the shell's dialog follows it. */
export const isStepUpAsked = (): boolean => ask() !== undefined

/** What the dialog says: confirmed, or left. */
export const settleStepUp = (isConfirmed: boolean): void => ask()?.settle(isConfirmed)

function askToConfirm(): Promise<boolean> {
  const open = ask()
  if (open) return open.answer
  let resolve: Ask['settle'] = () => undefined
  const answer = new Promise<boolean>((done) => (resolve = done))
  setAsk({ answer, settle: (isConfirmed) => (setAsk(undefined), resolve(isConfirmed)) })
  return answer
}

/** The person left the dialog; nothing has happened. */
export class NotConfirmed extends Error {
  override name = 'NotConfirmed'
  constructor() {
    super('Nothing has changed: this needs you to confirm that it is you.')
  }
}

/**
 * Asks who it is where the call fails with `step_up_required`, and then repeats it. Concurrent
 * calls share one dialog. Throws NotConfirmed where it is left.
 */
export async function withStepUp<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    if (!hasCode(error, 'step_up_required')) throw error
    if (!(await askToConfirm())) throw new NotConfirmed()
    return call()
  }
}

/** Throws ApiError: `invalid_credentials`, `rate_limited`. */
export const confirmByPassword = (password: string): Promise<void> =>
  client.call('POST', '/api/v1/me/step-up', { body: { method: 'password', password } })

/** Throws ApiError: `code_wrong`, `rate_limited`. */
export const confirmByCode = (code: string): Promise<void> =>
  client.call('POST', '/api/v1/me/step-up', { body: { method: 'totp', code } })
