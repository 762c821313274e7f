import { defaultLadder } from '#contracts/ladder.ts'
import type { Command } from './command.ts'
import { damageOptions } from './encode.ts'
import { planLadder } from './ladder.ts'
import type { VideoPlan } from './ladder.ts'
import { strangerOptions } from './limit.ts'
import { toText } from './rate.ts'
import type { PictureSource, Source } from './source.ts'
import { probeCrf } from './title.ts'

/** Below this, looking costs more than it could save. */
const minSeconds = 4
const secondsAPlace = 10
const maxPlaces = 8
export const framesAPlace = 30

/** Where to look, in seconds of film: spread evenly, those that are far apart first. */
export function planPlaces(durationSeconds: number): number[] {
  if (durationSeconds < minSeconds) return []
  const count = Math.min(maxPlaces, Math.max(1, Math.round(durationSeconds / secondsAPlace)))
  const places = Array.from(
    { length: count },
    (_, i) => ((i + 0.5) / count) * durationSeconds - 0.5,
  )
  return [...places.filter((_, i) => i % 2 === 0), ...places.filter((_, i) => i % 2 === 1)]
}

export interface SurveyPlan {
  top: VideoPlan
  lower: VideoPlan[]
  small: VideoPlan
  large: VideoPlan
}

/** The sizes to look at: those of the ladder; probes are made near 360p and 720p. */
export function planSurvey(picture: PictureSource): SurveyPlan {
  const [top, ...lower] = planLadder(picture, defaultLadder)
  const all = [top!, ...lower]
  const below = (shortPx: number) =>
    all.find((rung) => Math.min(rung.widthPx, rung.heightPx) <= shortPx) ?? all.at(-1)!
  return { top: top!, lower, small: all.at(-1)!, large: below(720) }
}

const scaleTo = ({ widthPx, heightPx }: VideoPlan) =>
  `scale=w=${widthPx}:h=${heightPx}:flags=bicubic:out_range=tv,format=yuv420p,setsar=1`

/** Two pictures of a place: is what is lost by each step down seen when it is scaled up again? */
function compareGraph({ top, lower }: SurveyPlan): string[] {
  const likeness = lower.flatMap((rung, i) => [
    `[r${i}]split=2[ra${i}][rb${i}]`,
    `[ra${i}]${scaleTo(rung)},${scaleTo(top)}[d${i}]`,
    `[d${i}][rb${i}]ssim@${rung.name},nullsink`,
  ])
  const outs = lower.map((_, i) => `[r${i}]`).join('')
  return [
    `[look]select='not(mod(n,20))',split=${lower.length + 1}${outs}[shades]`,
    '[shades]entropy,metadata@shades=mode=print,nullsink',
    ...likeness,
  ]
}

/** One short look at a place of the film; everything it finds stands in ffmpeg's log. */
export function toSurveyCommand(
  source: Source & { picture: PictureSource },
  sizes: SurveyPlan,
  look: { sourcePath: string; atSeconds: number },
): Command {
  const { picture } = source
  const filters = [
    ...(picture.isInterlaced ? ['bwdif=mode=send_frame:deint=interlaced'] : []),
    `fps=fps=${toText(picture.rate)}`,
    `trim=end_frame=${framesAPlace}`,
    scaleTo(sizes.top),
    'split=3[look][small][large]',
  ]
  const x264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', `${probeCrf}`, '-g', '999']
  const output = (name: string) => ({
    options: ['-map', `[${name}]`, ...x264, '-sc_threshold', '0', '-ssim', '1', '-f', 'null'],
    path: '-',
  })
  // Whole groups of pictures from a key frame on: nothing is decoded only to be thrown away.
  const seek = ['-noaccurate_seek', '-ss', Math.max(0, look.atSeconds).toFixed(3)]
  return {
    inputs: [
      {
        options: [...strangerOptions, ...damageOptions, ...seek],
        path: `file:${look.sourcePath}`,
      },
    ],
    filterGraph: [
      `[0:${picture.index}]${filters.join(',')}`,
      ...compareGraph(sizes),
      `[small]${scaleTo(sizes.small)}[s]`,
      `[large]${scaleTo(sizes.large)}[l]`,
    ].join(';'),
    outputs: [output('s'), output('l')],
  }
}
