import { z } from 'zod'
import { maxChapters } from './limit.ts'

export const Chapter = z
  .object({
    startMs: z.int().min(0),
    title: z.string().trim().min(1, 'Enter a title').max(100),
  })
  .meta({ id: 'Chapter' })
export type Chapter = z.infer<typeof Chapter>

const isRising = (list: Chapter[]) =>
  list.every(({ startMs }, at) => at === 0 || startMs > list[at - 1]!.startMs)

/** All of a film's chapters, each up to the next; an empty list is none. */
export const ChapterList = z
  .array(Chapter)
  .max(maxChapters, `A video has ${maxChapters} chapters at most`)
  .refine((list) => (list[0]?.startMs ?? 0) === 0, 'The first chapter starts at 0:00')
  .refine(isRising, 'Each chapter starts after the one before')
  .meta({ description: 'The first at 0, each after the one before' })
