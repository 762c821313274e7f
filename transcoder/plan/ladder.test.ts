import { expect, test } from 'vitest'
import { defaultLadder } from '#contracts/ladder.ts'
import { planLadder } from './ladder.ts'

const sizes = (widthPx: number, heightPx: number) =>
  planLadder({ widthPx, heightPx }, defaultLadder).map(
    (rung) => `${rung.name} ${rung.widthPx}x${rung.heightPx}`,
  )

test('a landscape film gets every rung that is not above it', () => {
  expect(sizes(1920, 1080)).toEqual([
    '1080p 1920x1080',
    '720p 1280x720',
    '480p 854x480',
    '360p 640x360',
  ])
  expect(sizes(1280, 720)).toEqual(['720p 1280x720', '480p 854x480', '360p 640x360'])
  expect(sizes(3840, 2160).slice(0, 3)).toEqual([
    '2160p 3840x2160',
    '1440p 2560x1440',
    '1080p 1920x1080',
  ])
  expect(sizes(2560, 1440)[0]).toBe('1440p 2560x1440')
})

test('a portrait film is measured by its width', () => {
  expect(sizes(1080, 1920)).toEqual([
    '1080p 1080x1920',
    '720p 720x1280',
    '480p 480x854',
    '360p 360x640',
  ])
})

test('a source between two rungs keeps its own size as the top rung', () => {
  expect(sizes(1024, 576)).toEqual(['576p 1024x576', '480p 854x480', '360p 640x360'])
  expect(sizes(1600, 900)[0]).toBe('900p 1600x900')
  expect(sizes(1333, 750)[0]).toBe('720p 1280x720') // within 10 %: not worth a rung
})

test('a source below the lowest rung gets one rung of its own size', () => {
  expect(sizes(426, 240)).toEqual(['240p 426x240'])
  expect(sizes(321, 241)).toEqual(['240p 320x240'])
  expect(sizes(1, 1)).toEqual(['16p 16x16'])
})

test('every rung is H.264 until somebody decides otherwise', () => {
  const ladder = planLadder({ widthPx: 1280, heightPx: 720 }, defaultLadder)
  expect(new Set(ladder.map((rung) => `${rung.codec} ${rung.preset}`))).toEqual(
    new Set(['h264 veryfast']),
  )
})

test('bits of an own rung lie between those of its neighbours', () => {
  const [own] = planLadder({ widthPx: 1024, heightPx: 576 }, defaultLadder)
  expect(own?.maxKbps).toBeGreaterThan(1400)
  expect(own?.maxKbps).toBeLessThan(2800)
})

test('no side is longer than decoders take', () => {
  expect(sizes(16000, 2000)).toEqual(['480p 3840x480', '360p 2880x360'])
  expect(sizes(6000, 1200)).toEqual([
    '818p 4090x818',
    '720p 3600x720',
    '480p 2400x480',
    '360p 1800x360',
  ])
  expect(sizes(100, 8000)).toEqual(['50p 50x4000'])
})

test('every size is even and none is larger than the source', () => {
  for (let width = 17; width < 2300; width += 131) {
    for (let height = 17; height < 2300; height += 97) {
      for (const rung of planLadder({ widthPx: width, heightPx: height }, defaultLadder)) {
        expect(rung.widthPx % 2 || rung.heightPx % 2).toBe(0)
        expect(rung.widthPx).toBeLessThanOrEqual(width)
        expect(rung.heightPx).toBeLessThanOrEqual(height)
        expect(rung.name).toMatch(/^\d{2,4}p$/)
      }
    }
  }
})
