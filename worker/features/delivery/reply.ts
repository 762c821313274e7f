import { AppError } from '../../core/error.ts'
import { type ByteRange, isAnyOf, isUnchanged, parseRange } from './range.ts'

/** Any page may show media, and none sends cookies: the token in the path is the whole right. */
export const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Content-Length, Content-Range, ETag, X-Request-Id',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer', // the address of the film is a secret of its viewer
  'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox",
  'strict-transport-security': 'max-age=31536000; includeSubDomains', // counts over https alone
}
const success = { ...open, 'accept-ranges': 'bytes', 'cdn-cache-control': 'no-store' }
export const methods = 'GET, HEAD, OPTIONS'

export const preflight = () =>
  new Response(null, {
    status: 204,
    headers: {
      ...open,
      allow: methods,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'Range, If-Match, If-None-Match, If-Range',
      'access-control-max-age': '86400',
    },
  })

/** What lies behind an address, whole; a function makes the bytes of a range. */
export interface Found {
  body: Uint8Array | ReadableStream | ((range: ByteRange) => ReadableStream)
  sizeBytes: number
  etag: string
  contentType: string
  /** It never changes under its address. */
  isLasting: boolean
  /** Nobody keeps a copy. */
  isSecret?: boolean
  /** What a browser saves it as; undefined for what it shows. */
  fileName?: string
}

/**
 * Preconditions, then the range, in the order of RFC 9110, 13.2.2. Nothing here has a date of
 * change, so conditions on dates are ignored. Several ranges are answered with the whole.
 */
export async function reply(request: Request, found: Found): Promise<Response> {
  const { etag, sizeBytes } = found
  const { headers: asked, method } = request
  const headers: Record<string, string> = {
    ...success,
    etag,
    'content-type': found.contentType,
    'cache-control': cacheControl(found),
    ...(found.fileName !== undefined && { 'content-disposition': asAttachment(found.fileName) }),
  }
  const ifMatch = asked.get('if-match')
  if (ifMatch !== null && !isAnyOf(ifMatch, etag)) {
    await discard(found)
    throw new AppError('precondition_failed')
  }
  if (isUnchanged(asked.get('if-none-match'), etag)) {
    await discard(found)
    return new Response(null, { status: 304, headers })
  }
  const range = method === 'GET' ? wantedRange(request, found) : undefined
  if (range === 'outside') {
    await discard(found)
    const detail = { headers: { 'content-range': `bytes */${sizeBytes}` } }
    throw new AppError('range_not_satisfiable', undefined, detail)
  }
  const { first, last } = range ?? { first: 0, last: sizeBytes - 1 }
  headers['content-length'] = `${last - first + 1}`
  if (range) headers['content-range'] = `bytes ${first}-${last}/${sizeBytes}`
  const status = range ? 206 : 200
  if (method === 'HEAD') {
    await discard(found)
    return new Response(null, { status, headers })
  }
  return new Response(await bytesOf(found, range), { status, headers })
}

/** A range of another version than the client holds would make a file of two. */
function wantedRange({ headers }: Request, { sizeBytes, etag }: Found) {
  const ifRange = headers.get('if-range')
  return ifRange !== null && ifRange !== etag
    ? undefined
    : parseRange(headers.get('range'), sizeBytes)
}

const cacheControl = ({ isLasting, isSecret }: Found) => {
  if (isSecret) return 'no-store'
  return isLasting ? 'private, max-age=86400, immutable' : 'private, no-cache'
}

export const discard = async ({ body }: Pick<Found, 'body'>) =>
  body instanceof ReadableStream ? body.cancel() : undefined

/** All of it, in memory: segments and lists, never a file of the whole film. */
export async function readBytes({ body }: Pick<Found, 'body'>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  return new Uint8Array(await new Response(body as ReadableStream).arrayBuffer())
}

/** Segments are a few megabytes, so a part of one is cut out of the whole. */
export const readText = async (found: Pick<Found, 'body'>): Promise<string> =>
  new TextDecoder().decode(await readBytes(found))

async function bytesOf(found: Found, range: ByteRange | undefined) {
  const { body, sizeBytes } = found
  if (typeof body === 'function') return body(range ?? { first: 0, last: sizeBytes - 1 })
  if (!range) return body
  const whole = await readBytes(found)
  return whole.subarray(range.first, range.last + 1)
}

/** RFC 6266: a name in ASCII, and the real one for those who read RFC 8187. */
function asAttachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^ !#$&+\-.0-9A-Z^_`a-z{}~]/g, '_')
  const encoded = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
