/** Whatever JSON a route sent; a test that wants types names them: `get<Video>(…)`. */
export type Parsed = ReturnType<typeof JSON.parse>

export interface Reply<Body = Parsed> {
  status: number
  /** Parsed JSON, else the text, else undefined where there is none. */
  body: Body
  headers: Headers
}

type Headed = Record<string, string>

/** One caller. Paths start with `/`; an object body is sent as JSON, anything else as it is. */
export interface Client {
  get: <B = Parsed>(path: string, headers?: Headed) => Promise<Reply<B>>
  post: <B = Parsed>(path: string, body?: unknown, headers?: Headed) => Promise<Reply<B>>
  put: <B = Parsed>(path: string, body?: unknown, headers?: Headed) => Promise<Reply<B>>
  patch: <B = Parsed>(path: string, body?: unknown, headers?: Headed) => Promise<Reply<B>>
  delete: <B = Parsed>(path: string, body?: unknown, headers?: Headed) => Promise<Reply<B>>
}

export function createClient(baseUrl: string, defaults: Headed): Client {
  const send = async <B>(method: string, path: string, body?: unknown, headers?: Headed) => {
    const isRaw = body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(new URL(path, baseUrl), {
      method,
      redirect: 'manual',
      headers: {
        ...(body === undefined || isRaw ? {} : { 'content-type': 'application/json' }),
        ...defaults,
        ...headers,
      },
      body: body === undefined ? null : isRaw ? (body as string) : JSON.stringify(body),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await parse(response)) as B,
    }
  }
  return {
    get: (path, headers) => send('GET', path, undefined, headers),
    post: (path, body, headers) => send('POST', path, body, headers),
    put: (path, body, headers) => send('PUT', path, body, headers),
    patch: (path, body, headers) => send('PATCH', path, body, headers),
    delete: (path, body, headers) => send('DELETE', path, body, headers),
  }
}

async function parse(response: Response): Promise<unknown> {
  const text = await response.text()
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '')
  return isJson ? JSON.parse(text) : text || undefined
}

/** Refuses anything but `status`, showing what the route said instead. */
export function expectStatus<B>(reply: Reply<B>, status: number, action: string): B {
  if (reply.status === status) return reply.body
  throw new Error(`${action}: ${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`)
}
