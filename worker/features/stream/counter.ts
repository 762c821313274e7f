import { DurableObject } from 'cloudflare:workers'
import type { Env } from '../../env.ts'
import { remoteClock, systemClock } from '../../ports/clock.ts'
import { Ledger } from './ledger.ts'

/** Nobody waits for the second look and those after it. */
const lookMs = 60_000

/** One a limit: it decides for one device after another, so parallel ones cannot slip past. */
export class ViewingCounter extends DurableObject<Env> {
  readonly #ledger = new Ledger(this.ctx.storage.sql)

  async begin(asked: Parameters<Ledger['begin']>[0]): Promise<number | undefined> {
    const until = this.#ledger.begin(asked)
    if (until !== undefined) await this.#wake(until - asked.now)
    return until
  }

  find(asked: Parameters<Ledger['find']>[0]): number | undefined {
    return this.#ledger.find(asked)
  }

  async stream(asked: Parameters<Ledger['stream']>[0]): Promise<number | undefined> {
    const until = this.#ledger.stream(asked)
    if (until !== undefined) await this.#wake(until - asked.now)
    return until
  }

  leave(device: string): void {
    this.#ledger.leave(device)
  }

  override async alarm(): Promise<void> {
    const { CLOCK } = this.env
    const { now } = CLOCK ? await remoteClock(CLOCK) : systemClock
    const next = this.#ledger.forget(now())
    if (next !== undefined) return this.#wake(Math.max(next - now(), lookMs))
    // What a request brings meanwhile would be emptied with the rest.
    await this.ctx.blockConcurrencyWhile(async () => {
      await this.ctx.storage.deleteAll()
      this.#ledger.close()
    })
  }

  /** Alarms keep the machine's own time, whatever the clock says. */
  async #wake(afterMs: number): Promise<void> {
    const { storage } = this.ctx
    if ((await storage.getAlarm()) === null) await storage.setAlarm(Date.now() + afterMs)
  }
}
