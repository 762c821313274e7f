import type { UploadRow } from '../upload/table.ts'

export type UploadedFile = Pick<
  UploadRow,
  'id' | 'videoId' | 'workspaceId' | 'objectKey' | 'sizeBytes' | 'partSizeBytes'
>

/** Part number → ETag of what is there, and whether that is the whole file. */
export interface Arrival {
  parts: ReadonlyMap<number, string>
  isWhole: boolean
}

/** The first byte of `from` … `to` (exclusive) whose part has not arrived; undefined: all are there. */
export function firstMissing(
  partBytes: number,
  arrived: Pick<ReadonlyMap<number, unknown>, 'has'>,
  from: number,
  to: number,
): number | undefined {
  for (let index = Math.floor(from / partBytes); index * partBytes < to; index++) {
    if (!arrived.has(index + 1)) return Math.max(from, index * partBytes)
  }
  return undefined
}

/** How many bytes of the file's start are there without a gap. */
export const frontOf = (
  { partSizeBytes, sizeBytes }: UploadedFile,
  parts: Arrival['parts'],
): number => firstMissing(partSizeBytes, parts, 0, sizeBytes) ?? sizeBytes
