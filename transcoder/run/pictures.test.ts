import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { Pictures } from '#contracts/task.ts'
import { TaskError } from '../failure.ts'
import { createLog } from '../log.ts'
import { countFrames } from '../plan/preview.ts'
import { pictureDistance } from '../plan/poster.ts'
import { ffmpeg, ffprobe, makeFolder } from '../test/clip.ts'
import { makeReel } from '../test/reel.ts'
import { makePictures } from './pictures.ts'
import type { PictureRun, PictureSources } from './pictures.ts'

const folder = makeFolder()
afterAll(folder.remove)
const slow = { timeout: 60_000 }

let runs = 0
async function make(sources: Partial<PictureSources>, change: Partial<PictureRun> = {}) {
  const dir = folder.path(`run${runs++}`)
  mkdirSync(`${dir}/out`, { recursive: true })
  const lines: string[] = []
  const limits = { folder: dir, addressSpaceBytes: 8e9, cpuSeconds: 100, fileBytes: 1e9 }
  const made = await makePictures(
    { top: null, lowest: null, audio: null, ...sources },
    { outDir: `${dir}/out`, workDir: dir, gopSeconds: 2 },
    {
      signal: new AbortController().signal,
      ...{ limits, isLast: false },
      log: createLog({}, (line) => lines.push(line)),
      ...change,
    },
  )
  Pictures.parse(made.pictures)
  const at = (key: string) => `${dir}/out/${key}`
  return { ...made, at, lines: lines.join('') }
}

const lavfi = (...filters: string[]) => filters.flatMap((filter) => ['-f', 'lavfi', '-i', filter])
const shapeOf = (file: string) =>
  ffprobe('-show_entries', 'stream=width,height', '-of', 'csv=p=0', file).trim()
const greyOf = (file: string, filters = 'scale=32:18:flags=area') =>
  ffmpeg('-i', file, '-vf', `${filters},format=gray`, '-f', 'rawvideo', '-')

/** Eight scenes of four seconds; the fourth is black and the sixth so blurred that nothing is seen. */
function makeScenes(size: string): string {
  const file = folder.path(`scenes-${size}.mp4`)
  const sources = [
    `testsrc2=s=${size}:r=5:d=4`,
    `smptehdbars=s=${size}:r=5:d=4`,
    `mandelbrot=s=${size}:r=5:end_pts=40,trim=duration=4`,
    `color=black:s=${size}:r=5:d=4`,
    `testsrc=s=${size}:r=5:d=4,negate`,
    `testsrc2=s=${size}:r=5:d=4,hflip,gblur=sigma=40`,
    `rgbtestsrc=s=${size}:r=5:d=4,noise=alls=30,drawgrid=w=32:h=24:t=6:c=gray`,
    `life=s=${size}:r=5:seed=5:mold=10:life_color=0xeeeeaa:death_color=0x446688,trim=duration=4`,
  ]
  const chains = sources.map((_, i) => `[${i}:v]format=yuv420p,setsar=1[s${i}]`)
  const names = sources.map((_, i) => `[s${i}]`).join('')
  ffmpeg(
    ...lavfi(...sources),
    ...['-filter_complex', `${chains.join(';')};${names}concat=n=${sources.length}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', file],
  )
  return file
}

test('six posters of six scenes, none black or blurred, the best one first', slow, async () => {
  const film = ['-i', makeScenes('640x360')]
  const top = makeReel(folder.path('top'), film, 'video')
  const lowest = makeReel(folder.path('low'), [...film, '-vf', 'scale=320:180'], 'video')
  const { pictures, keys, at, lines } = await make({ top, lowest })

  expect(lines).not.toContain('failed')
  const scenes = pictures.posters.map(({ atSeconds }) => Math.floor(atSeconds / 4))
  expect(scenes.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 4, 6, 7])
  expect(scenes[0]).not.toBe(0)
  expect(pictures.posters.map(({ key }) => key)).toEqual(
    [0, 1, 2, 3, 4, 5].map((number) => `poster_${number}.jpg`),
  )
  for (const { key, atSeconds } of pictures.posters) {
    expect(shapeOf(at(key))).toBe('640,360')
    const wanted = ['-ss', `${atSeconds}`, '-i', film[1]!, '-frames:v', '1', '-vf']
    const grey = ffmpeg(...wanted, 'scale=32:18:flags=area,format=gray', '-f', 'rawvideo', '-')
    expect(pictureDistance(greyOf(at(key)), grey), key).toBeLessThan(0.03)
  }

  expect(pictures.storyboard).toMatchObject({ everySeconds: 3.2, count: 10, tileWidthPx: 160 })
  expect(shapeOf(at('storyboard_0.jpg'))).toBe('1600,90')
  const tile = greyOf(at('storyboard_0.jpg'), 'crop=160:90:1440:0,scale=32:18:flags=area')
  expect(Math.min(...tile)).toBeGreaterThan(30) // the last cue has its picture too

  const webp = readFileSync(at('preview.webp'))
  expect(countFrames(webp)).toBeGreaterThan(6) // those that stay the same are one
  expect(webp.length).toBeLessThan(400_000)
  expect([webp.readUIntLE(24, 3) + 1, webp.readUIntLE(27, 3) + 1]).toEqual([320, 180])
  expect(pictures.peaks).toBeNull()
  expect(keys).toEqual([
    ...pictures.posters.map(({ key }) => key),
    ...['storyboard.vtt', 'storyboard_0.jpg', 'preview.webp'],
  ])
})

test('each cue of a storyboard has its picture, the last one too', slow, async () => {
  const film = lavfi('color=gray:s=64x48:r=5:d=56') // its last key frame comes before its last cue
  const reel = makeReel(folder.path('grey'), film, 'video')
  const { pictures, at } = await make({ top: reel, lowest: reel })
  expect(pictures.storyboard).toMatchObject({ everySeconds: 5, count: 12, columns: 10, rows: 2 })
  const tiles = greyOf(at('storyboard_0.jpg'), 'scale=10:2:flags=area')
  expect([...tiles].map((light) => light > 100)).toEqual(
    Array.from({ length: 20 }, (_, i) => i < 12),
  )
})

test('a portrait film stays upright, however little it moves', slow, async () => {
  const still = [...lavfi('testsrc=s=270x480:r=10:d=1,loop=loop=140:size=1'), '-t', '14']
  const reel = makeReel(folder.path('portrait'), still, 'video')
  const { pictures, at, lines } = await make({ top: reel, lowest: reel })
  expect(lines).not.toContain('failed')
  expect(pictures.posters).toHaveLength(1)
  expect(shapeOf(at('poster_0.jpg'))).toBe('270,480')
  expect(pictures.storyboard).toMatchObject({ tileWidthPx: 90, tileHeightPx: 160 })
  expect(pictures.previewKey).toBeNull()
})

test('a film of one frame has one poster', slow, async () => {
  const one = [...lavfi('testsrc2=s=64x48:r=25'), '-frames:v', '1']
  const reel = makeReel(folder.path('one'), one, 'video')
  const { pictures, keys, lines } = await make({ top: reel, lowest: reel })
  expect(lines).not.toContain('failed')
  expect(pictures.posters).toEqual([{ key: 'poster_0.jpg', atSeconds: 0 }])
  expect(pictures.storyboard).toMatchObject({ count: 1 })
  expect(pictures.previewKey).toBeNull()
  expect(keys).toEqual(['poster_0.jpg', 'storyboard.vtt', 'storyboard_0.jpg'])
})

const readPeaks = (file: string) =>
  JSON.parse(readFileSync(file, 'utf8')) as { perSecond: number; peaks: number[] }

test('peaks follow a tone of half the scale, then silence, then a quarter', slow, async () => {
  const level = 'if(lt(t,2),0.5,if(lt(t,4),0,0.25))'
  const tone = `aevalsrc='${level}*sin(2*PI*440*t)|-${level}*sin(2*PI*440*t)':s=48000:d=6`
  const audio = makeReel(folder.path('tone'), lavfi(tone), 'audio')
  const { pictures, at, keys } = await make({ audio })
  expect(pictures.peaks).toEqual({ key: 'peaks.json', perSecond: 50 })
  const { perSecond, peaks } = readPeaks(at('peaks.json'))
  expect(perSecond).toBe(50)
  expect(Math.abs(peaks.length - 300)).toBeLessThanOrEqual(3)
  const between = (from: number, to: number) => peaks.slice(from * 50, to * 50)
  // Mixed to one channel, the two would cancel each other.
  for (const peak of between(0.2, 1.9)) expect(Math.abs(peak - 50)).toBeLessThanOrEqual(2)
  for (const peak of between(2.2, 3.9)) expect(peak).toBeLessThanOrEqual(1)
  for (const peak of between(4.2, 5.8)) expect(Math.abs(peak - 25)).toBeLessThanOrEqual(2)

  expect(pictures).toMatchObject({ storyboard: null, previewKey: null })
  expect(pictures.posters).toEqual([{ key: 'poster_0.jpg', atSeconds: 0 }])
  expect(keys).toEqual(['poster_0.jpg', 'peaks.json'])
  expect(shapeOf(at('poster_0.jpg'))).toBe('1280,720')
  const columns = greyOf(at('poster_0.jpg'), 'scale=1280:720,crop=1000:1:140:250')
  expect(Math.max(...columns.subarray(0, 300))).toBeGreaterThan(100) // a loud bar reaches there
  expect(Math.max(...columns.subarray(350, 640))).toBeLessThan(60) // silence does not
})

test('a part that cannot be read leaves the others whole', slow, async () => {
  const film = lavfi('testsrc2=s=160x90:r=10:d=8')
  const lowest = makeReel(folder.path('good'), film, 'video')
  const top = makeReel(folder.path('bad'), film, 'video')
  for (const { path } of top.segments) writeFileSync(path, 'no film')
  const audio = { ...lowest, initPath: folder.path('nothing') }
  const { pictures, lines } = await make({ top, lowest, audio })
  expect(pictures).toMatchObject({ posters: [], storyboard: { count: 10 }, peaks: null })
  expect(pictures.previewKey).toBe('preview.webp')
  expect(lines).toContain('"msg":"picture failed","name":"posters"')
  expect(lines).toContain('"msg":"picture failed","name":"peaks"')

  await expect(make({ top, lowest: top })).rejects.toMatchObject({
    ...{ code: 'internal', isRetryable: true },
  })
})

test('trouble that may pass ends the attempt, and costs pictures only at last', slow, async () => {
  const film = lavfi('testsrc2=s=160x90:r=10:d=4')
  const reel = makeReel(folder.path('passing'), film, 'video')
  const away = new TaskError('internal', 'storage is away', { isRetryable: true })
  const audio = { ...reel, bring: () => Promise.reject(away) }
  await expect(make({ lowest: reel, top: reel, audio })).rejects.toBe(away)
  const { pictures } = await make({ lowest: reel, top: reel, audio }, { isLast: true })
  expect(pictures).toMatchObject({ peaks: null, storyboard: { everySeconds: expect.anything() } })

  const limits = { folder: folder.path(), addressSpaceBytes: 8e9, cpuSeconds: 100, fileBytes: 100 }
  await expect(make({ lowest: reel, top: reel }, { limits })).rejects.toThrow('SIGXFSZ')
})
