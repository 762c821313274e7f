import { readFile, writeFile } from 'node:fs/promises'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { partKey } from '#contracts/task.ts'
import type { SourceObject, TaskSpec } from '#contracts/task.ts'
import type { ByteSource } from '#media/film.ts'
import { TaskError } from '../failure.ts'
import { inParallel } from './parallel.ts'
import { openLocal } from './local.ts'
import { openRemote } from './remote.ts'
import { retry } from './retry.ts'
import { fetchSource } from './source.ts'

export interface Upload {
  /** Relative to the output prefix. */
  key: string
  path: string
}

export interface Storage {
  /** Bring the source to `path`. Throws `source_missing`, and `internal` on a wrong size or a full disk. */
  fetchSource: (path: string, onBytes: (bytes: number) => void) => Promise<void>
  /** The source where it lies, read by ranges. */
  openSource: () => ByteSource
  /** Store a large file below the output prefix, in parts, and say where it lies now. */
  storeParts: (upload: Upload) => Promise<SourceObject>
  /** Store files below the output prefix, a few at once; `onStored` counts them. */
  store: (uploads: Upload[], onStored: () => void) => Promise<void>
  /** The bytes of one object of the output's bucket, whatever its prefix. Throws where it is gone. */
  read: (key: string) => Promise<Uint8Array>
  /** Bring one object of that bucket to `path`. */
  fetch: (key: string, path: string) => Promise<void>
  close: () => void
}

const types: Record<string, string> = {
  m4s: 'video/iso.segment', // RFC 9559 has no say here: ISO/IEC 23000-19 and IANA do
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  vtt: 'text/vtt; charset=utf-8',
  json: 'application/json',
}

/** Attempts never share a prefix, so what lies under one never changes. */
const cacheControl = 'public, max-age=31536000, immutable'
const parallel = 4
/** Storage that is away for a while costs time, not the work of an hour. */
const patienceMs = 600_000
const maxDelayMs = 15_000
/** Parts are held in memory, a few at once. */
const partBytes = 8 * 1024 * 1024

function typeOf(key: string): string {
  const type = types[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  return key.startsWith('audio/') ? type.replace('video/', 'audio/') : type
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
/** Another machine may have room; this one will not in a minute. */
const isFull = (error: unknown) =>
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')
const hopeless = [
  ...['AccessDenied', 'NoSuchBucket', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
  ...['ExpiredToken', 'InvalidToken'],
]
const isForGood = (error: unknown) =>
  error instanceof TaskError || isFull(error) || hopeless.includes(nameOf(error))

const gone = (key: string, cause: unknown) =>
  new TaskError('internal', `There is no ${key}`, { isRetryable: true, cause })

/** R2 and its local twin take no checksums they did not ask for. */
export function openStorage(spec: TaskSpec, signal: AbortSignal): Storage {
  const { s3, input, output } = spec
  const client = new S3Client({
    endpoint: s3.endpoint,
    region: s3.region,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1, // `retry` below goes on longer, and resumes
    requestHandler: { connectionTimeout: 5000, requestTimeout: 60_000, socketTimeout: 60_000 },
    credentials: {
      accessKeyId: s3.accessKeyId,
      secretAccessKey: s3.secretAccessKey,
      ...(s3.sessionToken && { sessionToken: s3.sessionToken }),
    },
  })
  const again = <T>(run: (moved: () => void) => Promise<T>) =>
    retry(run, { patienceMs, maxDelayMs, signal, isForGood })

  async function put(key: string, body: Uint8Array): Promise<void> {
    const request = {
      Bucket: output.bucket,
      Key: output.prefix + key,
      Body: body,
      ContentLength: body.length,
      ContentType: typeOf(key),
      CacheControl: cacheControl,
    }
    await again(() => client.send(new PutObjectCommand(request), { abortSignal: signal }))
  }

  async function read(key: string): Promise<Uint8Array> {
    const request = { Bucket: output.bucket, Key: key }
    return again(async () => {
      const asked = client.send(new GetObjectCommand(request), { abortSignal: signal })
      const answer = await asked.catch((cause: unknown) => {
        throw nameOf(cause) === 'NoSuchKey' ? gone(key, cause) : cause
      })
      if (!answer.Body) throw new Error(`${key} has no body`)
      return answer.Body.transformToByteArray()
    })
  }

  async function storeParts({ key, path }: Upload): Promise<SourceObject> {
    const { source, close } = await openLocal(path)
    const { sizeBytes } = source
    const numbers = Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, i) => i + 1)
    try {
      await inParallel(numbers, parallel, async (number) => {
        const offset = (number - 1) * partBytes
        const body = await source.read(offset, Math.min(partBytes, sizeBytes - offset))
        await put(partKey(key, number), body)
      })
    } finally {
      await close()
    }
    return { bucket: output.bucket, key: output.prefix + key, sizeBytes, partBytes }
  }

  return {
    openSource: () => openRemote({ client, input, signal, again }),
    storeParts,
    fetchSource: (path, onBytes) => fetchSource(path, { client, input, signal, again, onBytes }),

    store: (uploads, onStored) =>
      inParallel(uploads, parallel, async ({ key, path }) => {
        await put(key, await readFile(path))
        onStored()
      }),

    read,

    fetch: async (key, path) => writeFile(path, await read(key)),

    close: () => client.destroy(),
  }
}
