import { expect, test } from 'vitest'
import { isKnownDevice } from './known-device.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'

test('a newer version of a browser is the same device', () => {
  expect(isKnownDevice(firefox.replaceAll('145', '146'), [iphone, firefox])).toBe(true)
  expect(isKnownDevice(iphone.replaceAll('18_5', '18_5_1'), [iphone])).toBe(true)
})

test('another browser or system is another device', () => {
  expect(isKnownDevice(firefox, [iphone])).toBe(false)
  expect(isKnownDevice(firefox.replace('Windows NT', 'X11; Linux'), [firefox])).toBe(false)
  expect(isKnownDevice('', [firefox])).toBe(false)
  expect(isKnownDevice(firefox, [])).toBe(false)
})
