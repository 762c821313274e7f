import { createWriteStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { TaskSpec } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { retry } from './retry.ts'

export interface Upload {
  /** Relative to the output prefix. */
  key: string
  path: string
}

export interface Storage {
  /** Stream the source to `path`. Throws `source_missing`, and `internal` on a wrong size. */
  fetchSource: (path: string, onBytes: (bytes: number) => void) => Promise<void>
  /** Store files below the output prefix, a few at once. Sizes in bytes go to `onStored`. */
  store: (uploads: Upload[], onStored: (bytes: number) => void) => Promise<void>
  close: () => void
}

const types: Record<string, string> = {
  m4s: 'video/iso.segment', // RFC 9559 has no say here: ISO/IEC 23000-19 and IANA do
  mp4: 'video/mp4',
  jpg: 'image/jpeg',
  vtt: 'text/vtt; charset=utf-8',
}

/** Attempts never share a prefix, so what lies under one never changes. */
const cacheControl = 'public, max-age=31536000, immutable'
const parallel = 4
const tries = 8

function typeOf(key: string): string {
  const type = types[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  return key.startsWith('audio/') ? type.replace('video/', 'audio/') : type
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : '')
const isMissing = (error: unknown) => ['NoSuchKey', 'NotFound'].includes(nameOf(error))
const isForGood = (error: unknown) =>
  error instanceof TaskError || ['AccessDenied', 'NoSuchBucket'].includes(nameOf(error))

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
  const again = <T>(run: () => Promise<T>) => retry(run, { tries, signal, isForGood })

  /** The rest of the source from `have` on; a broken connection is taken up where it broke. */
  async function fetchRest(path: string, have: number, onBytes: (bytes: number) => void) {
    const range = have > 0 ? { Range: `bytes=${have}-` } : {}
    const request = new GetObjectCommand({ Bucket: input.bucket, Key: input.key, ...range })
    const answer = await client.send(request, { abortSignal: signal }).catch((error: unknown) => {
      if (isMissing(error))
        throw new TaskError('source_missing', 'No such object', { cause: error })
      throw error
    })
    let bytes = have
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        bytes += chunk.length
        onBytes(bytes)
        done(bytes > input.sizeBytes ? wrongSize(bytes) : null, chunk)
      },
    })
    const file = createWriteStream(path, { flags: have > 0 ? 'a' : 'w' })
    await pipeline(answer.Body as Readable, meter, file, { signal })
  }

  const wrongSize = (bytes: number) =>
    new TaskError('internal', `The source has ${bytes} bytes, not ${input.sizeBytes}`, {
      isRetryable: true,
    })

  async function put({ key, path }: Upload): Promise<number> {
    const body = await readFile(path)
    const request = {
      Bucket: output.bucket,
      Key: output.prefix + key,
      Body: body,
      ContentLength: body.length,
      ContentType: typeOf(key),
      CacheControl: cacheControl,
    }
    await again(() => client.send(new PutObjectCommand(request), { abortSignal: signal }))
    return body.length
  }

  return {
    async fetchSource(path, onBytes) {
      let started = false
      const sizeNow = async () => (started ? (await stat(path).catch(() => null))?.size : 0) ?? 0
      await again(async () => {
        const have = await sizeNow()
        started = true
        if (have < input.sizeBytes || have === 0) await fetchRest(path, have, onBytes)
        const size = await sizeNow()
        if (size !== input.sizeBytes) throw wrongSize(size)
      })
    },

    async store(uploads, onStored) {
      const queue = [...uploads]
      const work = async () => {
        for (let next = queue.shift(); next; next = queue.shift()) onStored(await put(next))
      }
      await Promise.all(Array.from({ length: parallel }, work))
    },

    close: () => client.destroy(),
  }
}
