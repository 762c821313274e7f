import { type Play, beginPlay, goOnStreaming } from './policy.ts'

/** As of a Durable Object: each statement is done when it returns. */
export interface Sql {
  exec: (query: string, ...values: (string | number)[]) => { toArray: () => unknown[] }
}

const tables = [
  'create table if not exists devices (device text primary key, until integer not null)',
  'create index if not exists devices_by_end on devices (until)',
  'create table if not exists plays (one integer primary key, total integer, ends_at integer)',
]

interface Asked {
  device: string
  /** Epoch ms. */
  now: number
}

/** The devices of one limit, with the end of their turns; of plays also how many there were. */
export class Ledger {
  readonly #sql: Sql
  #isThere = false
  constructor(sql: Sql) {
    this.#sql = sql
  }

  /** Until when the device may play, or undefined where the plays are used up. */
  begin({ device, ...play }: Asked & Play): number | undefined {
    this.#make()
    const { total, endsAt } = this.#plays()
    const began = beginPlay({ until: this.#until(device), total }, play)
    if (!began?.isNew) return began?.until
    this.#set(device, began.until)
    const end = Math.max(endsAt, play.endsAt)
    this.#sql.exec('insert or replace into plays values (1, ?, ?)', total + 1, end)
    return began.until
  }

  /** Until when a device may play that has begun; looking leaves no trace. */
  find({ device, now }: Asked): number | undefined {
    const until = this.#exists() ? this.#until(device) : undefined
    return until !== undefined && until > now ? until : undefined
  }

  /** Until when the device has its place, or undefined where there is none. */
  stream({ device, max, now }: Asked & { max: number }): number | undefined {
    this.#make()
    const query = 'select count(*) as n from devices where until > ? and device <> ?'
    const [row] = this.#sql.exec(query, now, device).toArray() as { n: number }[]
    const until = goOnStreaming({ until: this.#until(device), others: row!.n }, { max, now })
    if (until !== undefined) this.#set(device, until)
    return until
  }

  leave(device: string): void {
    if (this.#exists()) this.#sql.exec('delete from devices where device = ?', device)
  }

  /** Drops what is over. When there is more to drop, epoch ms; undefined: nothing is left. */
  forget(now: number): number | undefined {
    if (!this.#exists()) return undefined
    this.#sql.exec('delete from devices where until <= ?', now)
    const [next] = this.#sql.exec('select min(until) as until from devices').toArray() as {
      until: number | null
    }[]
    const { endsAt } = this.#plays()
    const ends = [next!.until ?? 0, endsAt].filter((end) => end > now)
    return ends.length > 0 ? Math.min(...ends) : undefined
  }

  /** Storage was emptied. */
  close(): void {
    this.#isThere = false
  }

  #make(): void {
    if (!this.#isThere) for (const table of tables) this.#sql.exec(table)
    this.#isThere = true
  }

  #exists(): boolean {
    const query = "select 1 from sqlite_master where name = 'devices'"
    return this.#isThere || this.#sql.exec(query).toArray().length > 0
  }

  #until(device: string): number | undefined {
    const query = 'select until from devices where device = ?'
    const [row] = this.#sql.exec(query, device).toArray() as { until: number }[]
    return row?.until
  }

  #set(device: string, until: number): void {
    this.#sql.exec('insert or replace into devices values (?, ?)', device, until)
  }

  #plays(): { total: number; endsAt: number } {
    const query = 'select total, ends_at as endsAt from plays'
    const [row] = this.#sql.exec(query).toArray() as { total: number; endsAt: number }[]
    return row ?? { total: 0, endsAt: 0 }
  }
}
