import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

/** Real pictures of other people; what is in there stands in its own list. */
const media = path.resolve(import.meta.dirname, '..', '..', '..', 'shared', 'media')
const contract = path.resolve(import.meta.dirname, '..', '..', 'worker', 'contracts', 'task.ts')

const plain = 'setsar=1,format=yuv420p,setpts=PTS-STARTPTS'
const take = (name: string, ...options: string[]) => [...options, '-i', path.join(media, name)]

interface Content {
  what: string
  inputs: string[]
  /** `-filter_complex` for so many seconds of 1080p30, its output called `[v]`. */
  graph: (seconds: number) => string
}

/**
 * Three kinds of film, made of real pictures. What is small in the files is tiled or panned at
 * about its own size, for a picture that was scaled up would be too soft to be a fair test.
 */
export const contents = {
  screen: {
    what: 'a recording of a video editor, then source code that is scrolled line by line',
    inputs: take('04-screenrec-cursed-vfr.mp4'),
    graph: (seconds) => {
      const half = seconds / 2
      const text = [
        `drawtext=textfile=${contract}:fontfile=/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf`,
        "fontsize=22:line_spacing=6:fontcolor=0xd4d4d4:x=360:y='60-29*floor(t*2.5)'",
      ].join(':')
      const bar = 'drawbox=w=320:h=1080:color=0x252526:t=fill,drawbox=h=40:color=0x3c3c3c:t=fill'
      return [
        `[0:v]fps=30,crop=1920:1080:0:0,loop=loop=-1:size=240,setpts=N/30/TB,trim=duration=${half},${plain}[a]`,
        `color=0x1e1e1e:s=1920x1080:r=30:d=${half},${text},${bar},${plain}[b]`,
        '[a][b]concat=n=2[v]',
      ].join(';')
    },
  },
  animation: {
    what: 'drawn motion graphics, then clay figures, nine of their scenes side by side',
    inputs: [...take('13-hevc-1080p-fullrange.mp4'), ...take('14-theora.ogv')],
    graph: (seconds) => {
      const half = seconds / 2
      const tiles = Array.from({ length: 9 }, (_, i) => i)
      const starts = tiles.map((i) => ((i * 4) % 9) * 2)
      const layout = tiles.map((i) => `${(i % 3) * 640}_${Math.floor(i / 3) * 360}`).join('|')
      return [
        `[0:v]fps=30,scale=out_range=tv,trim=duration=${half},${plain}[a]`,
        `[1:v]fps=30,scale=640:360:flags=lanczos,split=9${tiles.map((i) => `[s${i}]`).join('')}`,
        ...tiles.map((i) => `[s${i}]trim=start=${starts[i]}:duration=${half},${plain}[t${i}]`),
        `${tiles.map((i) => `[t${i}]`).join('')}xstack=inputs=9:layout=${layout},${plain}[b]`,
        '[a][b]concat=n=2[v]',
      ].join(';')
    },
  },
  sport: {
    what: 'a coast from the air, mirrored at its edges, in fast pans, with light sensor noise',
    inputs: take('21-gopro-karma.mp4'),
    graph: (seconds) => {
      const pan = "x='214*(1+sin(t*1.9))':y='34*(1+sin(t*3.1))'"
      return (
        [
          `[0:v]fps=30,loop=loop=-1:size=360,setpts=N/30/TB,trim=duration=${seconds},split=4[a][b][c][d]`,
          ...['[b]hflip[e]', '[c]vflip[f]', '[d]hflip,vflip[g]'],
          '[a][e][f][g]xstack=inputs=4:layout=0_0|w0_0|0_h0|w0_h0',
        ].join(';') +
        `,scale=2348:-2:flags=bicubic,crop=1920:1080:${pan},noise=alls=2:allf=t,${plain}[v]`
      )
    },
  },
} as const satisfies Record<string, Content>

export type ContentKind = keyof typeof contents

/** A film of this kind in 1080p30, nearly without loss, without sound. */
export function makeContent(kind: ContentKind, file: string, seconds: number): void {
  const { inputs, graph } = contents[kind]
  if (!existsSync(media)) throw new Error('The films to make it of are not in ../shared/media')
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', ...inputs],
    ...['-filter_complex', graph(seconds), '-map', '[v]', '-t', `${seconds}`, '-r', '30'],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '16', '-g', '60', file],
  ])
}
