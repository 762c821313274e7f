import type { PublishedRendition, TaskPublication, TaskReport, TaskSpec } from '#contracts/task.ts'
import type { EncodePlan } from '../plan/encode.ts'
import { toNumber } from '../plan/rate.ts'
import type { Made } from '../run/measure.ts'

type Media = TaskReport['media']

export const toMs = (seconds: number) => Math.max(1, Math.round(seconds * 1000))

/** Every file of a rendition, relative to the output prefix. */
export const listKeys = ({ initKey, segments }: PublishedRendition): string[] => [
  initKey,
  ...segments.map(({ key }) => key),
]

/** The film as it was measured on the source, while its outputs are still being made. */
function toPlannedMedia({ videos, rate, durationSeconds }: EncodePlan): Media {
  const top = videos[0]
  return {
    durationMs: toMs(durationSeconds),
    widthPx: top?.widthPx ?? null,
    heightPx: top?.heightPx ?? null,
    framesPerSecond: top && rate ? toNumber(rate) : null,
  }
}

export const toPublication = (
  { attempt, leaseId }: TaskSpec,
  plan: EncodePlan,
  renditions: TaskPublication['renditions'],
): TaskPublication => ({ attempt, leaseId, media: toPlannedMedia(plan), renditions })

const isVideo = ({ rendition }: Made) => rendition.kind === 'video'

/** What an attempt made besides its renditions; all of its CPU seconds. */
export interface Beside extends Partial<Pick<TaskReport, 'captions' | 'pictures' | 'choices'>> {
  cpuSeconds: number
}

/** `made` is sharpest first; the film lasts as long as its pictures, or else its sound. */
export function toReport({ attempt, leaseId }: TaskSpec, made: Made[], beside: Beside): TaskReport {
  const renditions = made.map(({ rendition }) => rendition)
  const top = renditions.find((rendition) => rendition.kind === 'video')
  const shown = made.some(isVideo) ? made.filter(isVideo) : made
  return {
    attempt,
    leaseId,
    media: {
      durationMs: toMs(Math.max(0, ...shown.map(({ durationSeconds }) => durationSeconds))),
      widthPx: top?.widthPx ?? null,
      heightPx: top?.heightPx ?? null,
      framesPerSecond: top?.framesPerSecond ?? null,
    },
    renditions,
    captions: beside.captions ?? [],
    pictures: beside.pictures ?? null,
    choices: beside.choices ?? null,
    cpuSeconds: Math.round(beside.cpuSeconds * 100) / 100,
  }
}
