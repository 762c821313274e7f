import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { createLog } from '../log.ts'
import { ffmpeg, makeFolder } from '../test/clip.ts'
import { makeCaptions } from './caption.ts'
import { probeSource } from './probe.ts'

const folder = makeFolder()
afterAll(folder.remove)
const signal = AbortSignal.timeout(60_000)
const log = createLog({}, () => {})

const write = (name: string, text: string) => {
  writeFileSync(folder.path(name), text)
  return folder.path(name)
}

const srt = write(
  'a.srt',
  [
    ...['1', '00:00:01,000 --> 00:00:01,500', 'one <i>two</i> <script>x</script> & 3', ''],
    ...['2', '00:00:01,800 --> 00:30:00,000', 'for ever', ''],
  ].join('\n'),
)

/** A film of two seconds with subtitle tracks, its picture `delay` seconds late. */
function makeFilm(name: string, delay: number, subtitles: string[], options: string[]): string {
  mkdirSync(folder.path(name), { recursive: true })
  const file = folder.path(name, 'source')
  const maps = subtitles.flatMap((_, i) => ['-map', `${i + 1}:0`])
  ffmpeg(
    ...['-itsoffset', `${delay}`, '-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2'],
    ...subtitles.flatMap((subtitle) => ['-i', subtitle]),
    ...['-map', '0:v', ...maps, '-c:v', 'libx264', '-preset', 'ultrafast', ...options],
    ...[name.endsWith('.mp4') ? ['-f', 'mp4'] : ['-f', 'matroska']].flat(),
    file,
  )
  return file
}

async function extract(sourcePath: string) {
  const dir = sourcePath.replace(/\/source$/, '')
  const source = await probeSource(sourcePath, signal)
  const limits = {
    ...{ folder: dir, addressSpaceBytes: 4e9, cpuSeconds: 60, fileBytes: 1e9 },
  }
  const place = { sourcePath, outDir: dir, workDir: dir }
  const made = await makeCaptions(source, place, { signal, limits, log, isLast: false })
  expect(readdirSync(dir).filter((file) => file !== 'source')).toEqual(made.keys)
  return { ...made, texts: made.keys.map((key) => readFileSync(`${dir}/${key}`, 'utf8')) }
}

const expected = (start: number) => {
  const time = (seconds: number) => `00:00:${seconds.toFixed(3).padStart(6, '0')}`
  return [
    'WEBVTT',
    `${time(start)} --> ${time(start + 0.5)}\none <i>two</i> x &amp; 3`,
    `${time(start + 0.8)} --> 00:00:02.000\nfor ever\n`,
  ].join('\n\n')
}

test('subtitles become captions on the clock of the film, whatever the file begins with', async () => {
  const options = ['-c:s', 'copy', '-metadata:s:s:0', 'language=deu', '-metadata:s:s:0', 'title=DE']
  const plain = await extract(makeFilm('plain.mkv', 0, [srt], options))
  expect(plain.texts).toEqual([expected(1)])
  expect(plain.captions).toEqual([
    { key: 'captions_0.vtt', language: 'deu', label: 'DE', isForced: false },
  ])
  const late = await extract(makeFilm('late.mkv', 0.6, [srt], options))
  expect(late.texts).toEqual([expected(0.4)])
})

test('text in MP4 is captions too, and a forced track says so', async () => {
  const options = ['-c:s', 'mov_text', '-disposition:s:0', 'forced']
  const { captions, texts } = await extract(makeFilm('film.mp4', 0, [srt], options))
  expect(texts).toEqual([expected(1)])
  expect(captions[0]?.isForced).toBe(true)
})

const ass = (text: string) => `[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.50,0:00:01.00,Default,,0,0,0,,{\\blur2}${text}\\Nthere
Dialogue: 1,0:00:00.50,0:00:01.00,Default,,0,0,0,,${text}\\Nthere
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\p1}m 0 0 l 9 0 9 9{\\p0}
`

test('layers of a styled track are one, and a track that says nothing is none', async () => {
  const tracks = [
    write('mute.ass', ass('').replaceAll('\\Nthere', '')),
    write('b.ass', ass('Hello')),
  ]
  const { captions, texts } = await extract(makeFilm('styled.mkv', 0, tracks, ['-c:s', 'copy']))
  expect(captions.map(({ key }) => key)).toEqual(['captions_0.vtt'])
  expect(texts).toEqual(['WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nHello\nthere\n'])
})

test('a source that is gone costs the captions and no more, a signal ends it all', async () => {
  const file = makeFilm('gone.mkv', 0, [srt], ['-c:s', 'copy'])
  const source = await probeSource(file, signal)
  const dir = folder.path('gone.mkv')
  const place = { sourcePath: `${dir}/nothing`, outDir: dir, workDir: dir }
  const limits = { folder: dir, addressSpaceBytes: 4e9, cpuSeconds: 60, fileBytes: 1e9 }
  const run = { signal, limits, log, isLast: false }
  expect(await makeCaptions(source, place, run)).toMatchObject({ captions: [] })
  const stopped = { ...run, signal: AbortSignal.abort(new Error('enough')) }
  await expect(makeCaptions(source, place, stopped)).rejects.toThrow('enough')
})

test('trouble of the machine costs an attempt, and captions only at last', async () => {
  const sourcePath = makeFilm('full.mkv', 0, [srt], ['-c:s', 'copy'])
  const source = await probeSource(sourcePath, signal)
  const dir = folder.path('full.mkv')
  const place = { sourcePath, outDir: dir, workDir: dir }
  const limits = { folder: dir, addressSpaceBytes: 4e9, cpuSeconds: 60, fileBytes: 20 }
  const lines: string[] = []
  const run = { signal, limits, log: createLog({}, (line) => lines.push(line)) }
  await expect(makeCaptions(source, place, { ...run, isLast: false })).rejects.toMatchObject({
    ...{ code: 'internal', isRetryable: true },
  })
  expect((await makeCaptions(source, place, { ...run, isLast: true })).captions).toEqual([])
  expect(lines.at(-1)).toContain('captions left out')
})
