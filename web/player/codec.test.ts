import { expect, test } from 'vitest'
import { planCodecOrder } from './codec.ts'

const hardware = { supported: true, smooth: true, powerEfficient: true }
const software = { ...hardware, powerEfficient: false }
const slow = { ...software, smooth: false }

test('the codec of the fewest bits comes first where its decoder is as good as that of H.264', () => {
  expect(planCodecOrder({ av1: hardware, hevc: hardware, h264: hardware })).toEqual([
    ...['av1', 'hevc', 'h264'],
  ])
  expect(planCodecOrder({ av1: software, h264: software })).toEqual(['av1', 'h264'])
})

test('software does not take the place of hardware, nor what stutters of what does not', () => {
  expect(planCodecOrder({ av1: software, hevc: hardware, h264: hardware })).toEqual([
    ...['hevc', 'h264'],
  ])
  expect(planCodecOrder({ av1: slow, h264: software })).toEqual(['h264'])
})

test('H.264 is there whatever a browser says of itself', () => {
  expect(planCodecOrder({})).toEqual(['h264'])
  const none = { supported: false, smooth: false, powerEfficient: false }
  expect(planCodecOrder({ av1: none, hevc: none, h264: none })).toEqual(['h264'])
})
