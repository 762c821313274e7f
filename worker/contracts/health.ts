import { z } from 'zod'
import { endpoint } from './endpoint.ts'

export const getHealth = endpoint({
  id: 'getHealth',
  method: 'get',
  path: '/healthz',
  tag: 'Health',
  summary: 'The Worker answers',
  auth: 'public',
  response: z.object({ status: z.literal('ok'), version: z.string() }),
})

export const Check = z.object({ ok: z.boolean(), ms: z.int(), detail: z.string().optional() })
export const Readiness = z
  .object({
    status: z.enum(['ready', 'not_ready']),
    checks: z.object({ database: Check, storage: Check, queue: Check, transcoder: Check }),
  })
  .meta({ id: 'Readiness' })

export const getReadiness = endpoint({
  id: 'getReadiness',
  method: 'get',
  path: '/readyz',
  tag: 'Health',
  summary: 'Database, storage, queue and transcoder answer',
  description: '503 with the same body where one does not.',
  auth: 'public',
  response: Readiness,
})
