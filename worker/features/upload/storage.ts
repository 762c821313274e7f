import { AwsClient } from 'aws4fetch'
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
  const url = new URL(`${endpointFor(ctx)}/${ctx.config.MEDIA_BUCKET}/${upload.objectKey}`)
  url.searchParams.set('X-Amz-Expires', `${presignSeconds}`)
  url.searchParams.set('partNumber', `${partNumber}`)
  url.searchParams.set('uploadId', upload.multipartId)
  const signed = await client.sign(url.toString(), { method: 'PUT', aws: { signQuery: true } })
  return signed.url
}

/**
 * R2's verdicts on the parts themselves: too small, upload gone, part unknown, sizes differ. Any
 * other error may pass. https://developers.cloudflare.com/r2/api/error-codes/
 */
const refusal = /\((?:10011|10024|10025|10048)\)/

/**
 * Joins the parts. A reply that got lost, or a racing twin, is recognised by the object itself.
 * Answers the stored size in bytes, or undefined where storage refuses the parts; throws what may
 * pass.
 */
export async function joinParts(
  ctx: Ctx,
  upload: UploadRow,
  parts: R2UploadedPart[],
): Promise<number | undefined> {
  try {
    const handle = ctx.env.MEDIA.resumeMultipartUpload(upload.objectKey, upload.multipartId)
    return (await handle.complete(parts)).size
  } catch (error) {
    const stored = await ctx.env.MEDIA.head(upload.objectKey)
    if (stored) return stored.size
    if (!refusal.test(String(error))) throw error
    ctx.log.warn('parts were not joined', { uploadId: upload.id, reason: String(error) })
    return undefined
  }
}

/** Drops the parts stored so far; one that is gone already is fine. */
export async function dropParts(ctx: Ctx, upload: UploadRow): Promise<void> {
  try {
    await ctx.env.MEDIA.resumeMultipartUpload(upload.objectKey, upload.multipartId).abort()
  } catch (error) {
    ctx.log.warn('multipart upload was not aborted', {
      uploadId: upload.id,
      reason: String(error),
    })
  }
}
