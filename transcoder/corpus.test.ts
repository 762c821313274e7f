import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { defaultAudio, defaultLadder, gopSeconds, segmentSeconds } from '#contracts/ladder.ts'
import { planEncode } from './plan/encode.ts'
import { probeSource } from './run/probe.ts'
import { openScratchRoot } from './run/scratch.ts'
import { publish, refuse } from './test/attempt.ts'
import { makeFolder } from './test/clip.ts'
import { bomb, corpusFolder, failedFiles, hasCorpus, isLength, readyFiles } from './test/corpus.ts'

const folder = makeFolder()
afterAll(folder.remove)
const scratch = await openScratchRoot(folder.path('scratch'))
const slow = { timeout: 120_000 }
if (!hasCorpus) console.warn('skipped: the real films are not in ../shared/media')

/** An opening is the lowest rung with the first sound, made quickly. */
const cheap = { kind: 'opening', ladder: defaultLadder.slice(-1) } as const
const at = (file: string) => path.join(corpusFolder, file)

describe.skipIf(!hasCorpus)('real films', () => {
  test.each(readyFiles)('$file', slow, async ({ file, size, ...expected }) => {
    const { report } = await publish(scratch, at(file), cheap)
    const { durationMs, widthPx, heightPx, framesPerSecond } = report.media
    expect(widthPx && `${widthPx}x${heightPx}`).toBe(size)
    expect(isLength(durationMs / 1000, expected.seconds), `${durationMs} ms`).toBe(true)
    if (expected.framesPerSecond === null) expect(framesPerSecond).toBeNull()
    else expect(framesPerSecond).toBeCloseTo(expected.framesPerSecond, 2)
    expect(report.renditions.some(({ kind }) => kind === 'audio')).toBe(expected.hasSound)
  })

  test.each(failedFiles)('$file', slow, async ({ file, code }) => {
    const { failure, stored } = await refuse(scratch, at(file), cheap)
    expect(failure).toMatchObject({ code, isRetryable: false })
    expect(failure.message).not.toContain(path.basename(file))
    expect(stored).toEqual([])
  })

  test('six minutes of 4K in a megabyte are planned as what they are', slow, async () => {
    const source = await probeSource(at(bomb.file), AbortSignal.timeout(60_000))
    const spec = { ladder: defaultLadder, audio: defaultAudio, segmentSeconds, gopSeconds }
    const { videos, audios, rate } = planEncode(source, spec)
    expect(isLength(source.durationSeconds, bomb.seconds)).toBe(true)
    expect(rate).toEqual({ num: 60, den: 1 })
    expect(videos[0]).toMatchObject({ widthPx: 3840, heightPx: 2160 })
    expect(audios).toHaveLength(1)
  })

  test('subtitles in the file come out as captions', slow, async () => {
    const spec = { ladder: defaultLadder.slice(-1) }
    const styled = await publish(scratch, at('15-mkv-ass-subs-ac3.mkv'), spec)
    const [track] = styled.report.captions
    const vtt = styled.server.objects.get(`v/out/a1/${track!.key}`)?.body.toString()
    expect(vtt).toBe('WEBVTT\n\n00:00:00.000 --> 00:00:00.433\nThis is the first subtitle.\n')

    const { report, server } = await publish(scratch, at('11-multi-track-2v2a2s.mp4'), spec)
    expect(report.captions).toMatchObject([{ language: 'eng' }, { language: 'eng' }])
    const text = server.objects.get('v/out/a1/captions_0.vtt')?.body.toString()
    expect(text).toContain('00:00:04.260 --> 00:00:08.350\nspace telescope in one of the')
    expect(text).toContain('--> 00:00:13.056\n')
  })
})
