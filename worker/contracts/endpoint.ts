import type { z } from 'zod'
import type { ErrorCode } from './error.ts'

/**
 * Who may call: `optional` takes a bearer token and also strangers; `refresh` is the cookie, `task`
 * the transcoder, `admin` a person who keeps this server.
 */
export type Auth = 'public' | 'optional' | 'user' | 'refresh' | 'task' | 'admin'

/** What an API key may be given. What stands in no scope is for people alone. */
export const scopes = {
  'videos:read': 'See videos, also private ones, and play them',
  'videos:write': 'Change, convert anew and delete videos',
  'uploads:write': 'Upload videos',
  'workspace:read': 'See settings and members',
  'workspace:write': 'Change settings',
  'audit:read': 'Read and export the audit log',
} as const
export type Scope = keyof typeof scopes

/**
 * Every operation that takes a bearer token says which scope lets an API key call it; `session`
 * takes no key. `isStepUp`: only for some minutes after its holder has confirmed who they are.
 */
type Access =
  | { auth: 'public' | 'refresh' | 'task'; scope?: never; isStepUp?: never }
  | { auth: 'optional'; scope: Scope | 'session'; isStepUp?: never }
  | { auth: 'user'; scope: Scope | 'session'; isStepUp?: boolean }
  | { auth: 'admin'; scope: 'session'; isStepUp?: boolean }

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Shape = z.ZodObject

/**
 * One operation: the Worker mounts it, OpenAPI is printed from it, the web's types come from it.
 * `response: undefined` means 204. Errors that follow from `auth` and inputs need not be listed.
 */
export type Endpoint<
  P extends Shape | undefined = Shape | undefined,
  Q extends Shape | undefined = Shape | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType | undefined = z.ZodType | undefined,
> = Operation<P, Q, B, R> & Access

interface Operation<P, Q, B, R> {
  id: string
  method: Method
  path: `/${string}`
  tag: string
  summary: string
  description?: string
  params?: P
  query?: Q
  body?: B
  response?: R
  status?: 200 | 201 | 202
  errors?: ErrorCode[]
  /** Of an answer that is not JSON. */
  responseType?: string
  /** Of a body that is not JSON; the handler reads it itself. */
  bodyType?: string
  /** Takes an `Idempotency-Key` header and answers a repeat with the first reply. */
  isIdempotent?: boolean
}

export const endpoint = <
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(
  contract: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> => contract

// The fields are optional, so each schema's type comes with an `undefined` that means nothing.
type Out<T> = [NonNullable<T>] extends [never] ? undefined : z.output<NonNullable<T>>
type In<T> = [NonNullable<T>] extends [never] ? void : z.input<NonNullable<T>>

/** What a handler gets: parsed params, query and body. */
export interface Input<E extends Endpoint> {
  params: Out<E['params']>
  query: Out<E['query']>
  body: Out<E['body']>
}
/** What a handler answers; parsed by the response schema on the way out. */
export type Answer<E extends Endpoint> = In<E['response']>
/** What a client receives. */
export type Reply<E extends Endpoint> = Out<E['response']>
