import { MediaError, MissingBytes } from '#media/film.ts'
import { indexFilm, listSegments, readHead, segmentCount } from '#media/index.ts'
import type { UploadId, VideoId } from '#contracts/id.ts'
import type { Ctx } from '../../core/context.ts'
import { partsSource } from '../upload/source.ts'
import { type Arrival, type UploadedFile, firstMissing, frontOf } from './arrival.ts'
import type { SourceRow } from './table.ts'
import { grow, settle, wait } from './verdict.ts'

/** Longer ones without an index are left to the transcoder, as the readers leave them. */
const maxIndexlessBytes = 96 * 2 ** 20

export const indexKey = (videoId: VideoId, uploadId: UploadId): string =>
  `v/${videoId}/s/${uploadId}/index`

/** One reading of a file, as far as it is there. Never throws for what the file holds. */
export async function look(
  ctx: Ctx,
  upload: UploadedFile,
  row: SourceRow,
  { parts, isWhole }: Arrival,
): Promise<SourceRow> {
  const source = partsSource(ctx.env.MEDIA, {
    ...{ key: upload.objectKey, sizeBytes: upload.sizeBytes, partBytes: upload.partSizeBytes },
    ...(isWhole ? { etags: parts } : { arrived: parts }),
  })
  try {
    const { summary, index } = await indexFilm(source)
    if (!index) return await settle(ctx, upload, row, { summary })
    const missing = isWhole ? undefined : missingForStart(index, upload, parts)
    if (missing !== undefined) return await wait(ctx, row, missing)
    await keepIndex(ctx, upload, index, { isWhole: true })
    return await settle(ctx, upload, row, { summary })
  } catch (error) {
    if (error instanceof MissingBytes && !isWhole) {
      return lookAtFront(ctx, upload, row, parts, error.offset)
    }
    const problem = error instanceof MediaError ? error.problem : 'internal'
    if (problem === 'internal') {
      ctx.log.error('source was not read', error, { videoId: upload.videoId })
    }
    // A part may be sent again until the upload ends: until then nothing of it is damaged.
    return isWhole ? settle(ctx, upload, row, { problem }) : wait(ctx, row, upload.sizeBytes - 1)
  }
}

/**
 * Some files have no index: where a film is cut is found by reading all of it. Of those, what has
 * arrived of the start is read as if it were the file. Its segments are those of the whole, but for
 * the last one, which is not offered yet.
 */
async function lookAtFront(
  ctx: Ctx,
  upload: UploadedFile,
  row: SourceRow,
  parts: Arrival['parts'],
  needsOffset: number,
): Promise<SourceRow> {
  const sizeBytes = frontOf(upload, parts)
  if (upload.sizeBytes > maxIndexlessBytes || sizeBytes === 0) return wait(ctx, row, needsOffset)
  const { objectKey: key, partSizeBytes: partBytes } = upload
  const front = partsSource(ctx.env.MEDIA, { key, sizeBytes, partBytes, arrived: parts })
  const read = await indexFilm(front).catch(() => undefined)
  if (!read?.index || countSegments(read.index) < 2) return wait(ctx, row, needsOffset)
  await keepIndex(ctx, upload, read.index, { isWhole: false })
  return grow(ctx, upload, row, read.summary, sizeBytes)
}

const countSegments = (index: Uint8Array): number => {
  const head = readHead(index)
  return Math.max(segmentCount(head, 'video'), segmentCount(head, 'audio'))
}

const keepIndex = (
  ctx: Ctx,
  upload: UploadedFile,
  index: Uint8Array,
  { isWhole }: { isWhole: boolean },
) =>
  ctx.env.MEDIA.put(indexKey(upload.videoId, upload.id), index, {
    customMetadata: {
      sourceKey: upload.objectKey,
      partBytes: `${upload.partSizeBytes}`,
      isWhole: `${isWhole}`,
    },
  })

/** A film that cannot show its first segment yet does not play yet. */
function missingForStart(index: Uint8Array, upload: UploadedFile, parts: Arrival['parts']) {
  const head = readHead(index)
  const first = (['video', 'audio'] as const).flatMap((kind) => listSegments(head, kind)[0] ?? [])
  return first
    .map(({ from, to }) => firstMissing(upload.partSizeBytes, parts, from, to))
    .find((offset) => offset !== undefined)
}
