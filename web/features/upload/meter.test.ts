import { expect, test } from 'vitest'
import { createMeter } from './meter.ts'

function setUp(sizeBytes: number) {
  let nowMs = 0
  const meter = createMeter(sizeBytes, () => nowMs)
  return { meter, after: (ms: number) => (nowMs += ms) }
}

test('a steady line gives its speed and the time left', () => {
  const { meter, after } = setUp(10_000)
  let reading = meter.read(0)
  for (let sent = 500; sent <= 4000; sent += 500) {
    after(500)
    reading = meter.read(sent)
  }
  expect(reading.percent).toBe(40)
  expect(reading.bytesPerSecond).toBeCloseTo(1000)
  expect(reading.timeLeftMs).toBeCloseTo(6000)
})

test('no speed is claimed from the first moments', () => {
  const { meter, after } = setUp(10_000)
  meter.read(0)
  after(300)
  expect(meter.read(300)).toMatchObject({ bytesPerSecond: null, timeLeftMs: null })
})

test('progress never falls when a part is lost, and never passes 100', () => {
  const { meter, after } = setUp(1000)
  meter.read(600)
  after(300)
  expect(meter.read(200).percent).toBe(60)
  after(300)
  expect(meter.read(5000).percent).toBe(100)
})

test('one burst moves the speed only a little', () => {
  const { meter, after } = setUp(1_000_000)
  let sent = 0
  meter.read(sent)
  for (let step = 0; step < 40; step += 1) {
    after(500)
    meter.read((sent += 500))
  }
  after(500)
  const burst = meter.read((sent += 5000)).bytesPerSecond
  expect(burst).toBeGreaterThan(1000)
  expect(burst).toBeLessThan(2500)
})

test('a pause does not count as slowness', () => {
  const { meter, after } = setUp(100_000)
  meter.read(0)
  after(2000)
  meter.read(2000)
  after(3_600_000)
  meter.restart()
  meter.read(2000)
  after(2000)
  expect(meter.read(4000).bytesPerSecond).toBeCloseTo(1000)
})
