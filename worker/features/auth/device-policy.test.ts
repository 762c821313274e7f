import { expect, test } from 'vitest'
import { describeDevice, isKnownDevice } from './device-policy.ts'

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

test.each([
  [firefox, 'Firefox on Windows'],
  [iphone, 'Safari on iOS'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
    'Edge on macOS',
  ],
  ['curl/8.5 (x86_64; Linux)', 'a program on Linux'],
  ['<script>', 'an unknown device'],
  ['', 'an unknown device'],
])('%s is named', (userAgent, name) => {
  expect(describeDevice(userAgent)).toBe(name)
})
