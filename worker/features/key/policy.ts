import { type ApiKey, apiKeyPrefix } from '#contracts/api-key.ts'
import { randomSecret } from '../../core/secret.ts'
import type { ApiKeyRow } from './table.ts'

/** 256 bits of randomness behind what every key begins with. */
export const newSecret = (): string => apiKeyPrefix + randomSecret()

/** Four characters of randomness: people tell keys apart by them, and 232 bits stay unsaid. */
export const toPrefix = (secret: string): string => secret.slice(0, apiKeyPrefix.length + 4)

const dayMs = 24 * 3600_000

/** Epoch ms; null: it works until it is revoked. */
export const planEnd = (now: number, lifeDays: number | null): number | null =>
  lifeDays === null ? null : now + lifeDays * dayMs

const toTime = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** `createdBy`: the maker's name. */
export const toApiKey = (row: ApiKeyRow, createdBy: string): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes,
  createdBy,
  createdAt: new Date(row.createdAt).toISOString(),
  endsAt: toTime(row.endsAt),
  lastUsedAt: toTime(row.lastUsedAt),
})
