import type { z } from 'zod'
import type { ErrorCode } from './error.ts'

/** Who may call: `optional` takes a bearer token and also strangers; `task` is the transcoder. */
export type Auth = 'public' | 'optional' | 'user' | 'refresh' | 'task'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Shape = z.ZodObject

/**
 * One operation: the Worker mounts it, OpenAPI is printed from it, the web's types come from it.
 * `response: undefined` means 204. Errors that follow from `auth` and inputs need not be listed.
 */
export interface Endpoint<
  P extends Shape | undefined = Shape | undefined,
  Q extends Shape | undefined = Shape | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType | undefined = z.ZodType | undefined,
> {
  id: string
  method: Method
  path: `/${string}`
  tag: string
  summary: string
  description?: string
  auth: Auth
  params?: P
  query?: Q
  body?: B
  response?: R
  status?: 200 | 201 | 202
  errors?: ErrorCode[]
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
