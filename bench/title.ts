/**
 * What a ladder per title saves at equal quality, and what it costs, over three kinds of content:
 * `node bench/title.ts [seconds] [kinds]`, with `VMAF_FFMPEG=<an ffmpeg that has libvmaf>` for VMAF
 * instead of SSIM. Exits with 1 where it saves less than it must, or takes more CPU than it may.
 */
import { rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { defaultLadder, gopSeconds } from '#contracts/ladder.ts'
import { planLadder } from '../transcoder/plan/ladder.ts'
import type { VideoPlan } from '../transcoder/plan/ladder.ts'
import { strangerOptions } from '../transcoder/plan/limit.ts'
import { planPictures } from '../transcoder/plan/picture.ts'
import { toNumber } from '../transcoder/plan/rate.ts'
import type { Source } from '../transcoder/plan/source.ts'
import { planPlaces } from '../transcoder/plan/survey.ts'
import { timingFilters } from '../transcoder/plan/timing.ts'
import { chooseLadder } from '../transcoder/plan/title.ts'
import { codecOptions } from '../transcoder/plan/video-output.ts'
import { runFfmpeg } from '../transcoder/run/ffmpeg.ts'
import { probeSource } from '../transcoder/run/probe.ts'
import { surveyContent } from '../transcoder/run/survey.ts'
import { contents, makeContent } from './lib/content.ts'
import type { ContentKind } from './lib/content.ts'
import { makeWorkFolder } from './lib/film.ts'
import { measureName, measureQuality, savedAtEqualQuality, seenMore } from './lib/quality.ts'
import type { Point } from './lib/quality.ts'

const mustSave = 0.25
const mayCost = 1.35
const maySurvey = 0.1
const seconds = Number(process.argv[2] ?? 20)
const kinds = (process.argv[3]?.split(',') ?? Object.keys(contents)) as ContentKind[]
const signal = new AbortController().signal
const dir = makeWorkFolder()
const limits = { folder: dir, addressSpaceBytes: 16e9, cpuSeconds: 3600, fileBytes: 64e9 }

type ToOptions = (video: VideoPlan, gopFrames: number) => string[]
const veryfast = (gopFrames: number) => [
  ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-sc_threshold', '0'],
  ...['-g', `${gopFrames}`, '-keyint_min', `${gopFrames}`, '-flags', '+cgop'],
]
/** What every simple platform makes. */
const fixed: ToOptions = ({ maxKbps }, gopFrames) => [
  ...veryfast(gopFrames),
  ...['-b:v', `${maxKbps}k`, '-maxrate', `${Math.round(maxKbps * 1.07)}k`],
  ...['-bufsize', `${maxKbps * 1.5}k`],
]
/** What we made of every film before. */
const capped: ToOptions = ({ maxKbps, crf }, gopFrames) => [
  ...veryfast(gopFrames),
  ...['-crf', `${crf}`, '-maxrate', `${maxKbps}k`, '-bufsize', `${maxKbps * 2}k`],
]

interface Made {
  points: Point[]
  cpuSeconds: number
}

async function make(
  file: string,
  source: Source,
  rungs: VideoPlan[],
  to: ToOptions,
): Promise<Made> {
  const picture = source.picture!
  const gopFrames = Math.round(toNumber(picture.rate) * gopSeconds)
  const paths = rungs.map(({ name }) => path.join(dir, `${name}.mp4`))
  const { isOk, cpuSeconds, errorLines } = await runFfmpeg(
    {
      inputs: [{ options: strangerOptions, path: `file:${file}` }],
      filterGraph: planPictures(picture, rungs, timingFilters(picture, source.durationSeconds)),
      outputs: rungs.map((rung, i) => ({
        options: ['-map', `[v${i}]`, ...to(rung, gopFrames)],
        path: paths[i]!,
      })),
    },
    { signal, limits },
  )
  if (!isOk || !cpuSeconds) throw new Error(errorLines.join('\n'))
  const quality = await measureQuality(file, paths)
  const points = paths.map((made, i) => ({
    kbps: (statSync(made).size * 8) / 1000 / source.durationSeconds,
    quality: quality[i]!,
  }))
  for (const made of paths) rmSync(made)
  return { points, cpuSeconds }
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`
const sum = (points: Point[]) => points.reduce((bits, { kbps }) => bits + kbps, 0)

function print(what: string, rungs: VideoPlan[], { points, cpuSeconds }: Made): void {
  const total = `${sum(points).toFixed(0).padStart(6)} kbit/s in all`
  console.log(`  ${what.padEnd(10)} ${cpuSeconds.toFixed(1).padStart(6)} CPU s ${total}`)
  for (const [i, { name, preset, crf }] of rungs.entries()) {
    const { kbps, quality } = points[i]!
    const how = what === 'per title' ? `${preset}, CRF ${crf}` : ''
    const shown = `${kbps.toFixed(0).padStart(6)} kbit/s ${quality.toFixed(2).padStart(6)}`
    console.log(`    ${name.padEnd(6)} ${shown}  ${how}`)
  }
}

async function compare(kind: ContentKind) {
  const file = path.join(dir, 'film.mp4')
  makeContent(kind, file, seconds)
  console.log(`${kind}: ${contents[kind].what}`)
  const source = await probeSource(file, signal)
  const facts = await surveyContent(file, source, { signal, limits })
  if (!facts) throw new Error('The survey found nothing')
  const candidates = planLadder(source.picture!, defaultLadder)
  const chosen = chooseLadder(candidates, facts)

  const theirs = await make(file, source, candidates, fixed)
  print('fixed', candidates, theirs)
  const former = await make(file, source, candidates, capped)
  print('CRF 23', candidates, former)
  const ours = await make(file, source, chosen, codecOptions.h264)
  print('per title', chosen, ours)

  const saved = savedAtEqualQuality(ours.points, theirs.points)
  const savedOfFormer = savedAtEqualQuality(ours.points, former.points)
  const cost = ours.cpuSeconds / former.cpuSeconds
  const aMinute = (facts.cpuSeconds / facts.placeCount) * planPlaces(60).length
  const surveyShare = aMinute / ((former.cpuSeconds / seconds) * 60)
  console.log(`  at equal ${measureName}: ${percent(saved)} fewer bits than fixed,`)
  const more = seenMore(ours.points, theirs.points).toFixed(1)
  console.log(`  at the bits of a fixed rung: ${more} more ${measureName},`)
  console.log(
    `  ${percent(savedOfFormer)} fewer than CRF 23; stored ${percent(1 - sum(ours.points) / sum(theirs.points))} fewer than fixed`,
  )
  console.log(
    `  CPU ${cost.toFixed(2)} × CRF 23; survey ${facts.cpuSeconds.toFixed(1)} CPU s, ${percent(surveyShare)} of a minute's\n`,
  )
  return { saved, savedOfFormer, cost, surveyShare }
}

console.log(`${seconds} s of each, 1080p30; ${measureName} at 1080p\n`)
const results: Awaited<ReturnType<typeof compare>>[] = []
for (const kind of kinds) results.push(await compare(kind))
const mean = (read: (result: (typeof results)[number]) => number) =>
  results.reduce((total, result) => total + read(result), 0) / results.length

const saved = mean((result) => result.saved)
const cost = mean((result) => result.cost)
const surveyShare = mean((result) => result.surveyShare)
console.log(`mean: ${percent(saved)} fewer bits than fixed (held: ≥ ${percent(mustSave)}),`)
console.log(`${percent(mean((result) => result.savedOfFormer))} fewer than CRF 23,`)
console.log(
  `CPU ${cost.toFixed(2)} × (held: ≤ ${mayCost}), survey ${percent(surveyShare)} (held: ≤ ${percent(maySurvey)})`,
)
process.exitCode = saved >= mustSave && cost <= mayCost && surveyShare <= maySurvey ? 0 : 1
