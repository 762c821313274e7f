import { AwsClient } from 'aws4fetch'
import { partKey } from '#contracts/task.ts'
import { presignSeconds } from '#contracts/upload.ts'
import type { Ctx } from '../../core/context.ts'
import type { UploadRow } from './table.ts'

/** R2's own S3 host in production; the same origin on one machine, whatever name it is called by. */
const endpointFor = (ctx: Ctx) =>
  ctx.config.S3_PUBLIC_ENDPOINT || `${ctx.origin}/cdn-cgi/local/r2/s3`

/**
 * An address that takes one part by PUT for an hour. Signed by CPU alone, no request is made.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
 */
export async function presignPart(
  ctx: Ctx,
  upload: UploadRow,
  partNumber: number,
): Promise<string> {
  const client = new AwsClient({
    accessKeyId: ctx.config.R2_ACCESS_KEY_ID,
    secretAccessKey: ctx.config.R2_SECRET_ACCESS_KEY,
    service: 's3',
    region: 'auto',
  })
  const key = partKey(upload.objectKey, partNumber)
  const url = new URL(`${endpointFor(ctx)}/${ctx.config.MEDIA_BUCKET}/${key}`)
  url.searchParams.set('X-Amz-Expires', `${presignSeconds}`)
  const signed = await client.sign(url.toString(), { method: 'PUT', aws: { signQuery: true } })
  return signed.url
}

export interface StoredPart {
  partNumber: number
  etag: string
  sizeBytes: number
}

/** The parts that storage holds, whoever was told of them: one call for each 1,000, in order. */
export async function listStored(ctx: Ctx, { objectKey }: UploadRow): Promise<StoredPart[]> {
  const prefix = `${objectKey}/`
  const parts: StoredPart[] = []
  for (let cursor: string | undefined; ;) {
    const page = await ctx.env.MEDIA.list({ prefix, ...(cursor && { cursor }) })
    for (const { key, etag, size } of page.objects) {
      parts.push({ partNumber: Number(key.slice(prefix.length)), etag, sizeBytes: size })
    }
    if (!page.truncated) return parts
    cursor = page.cursor
  }
}
