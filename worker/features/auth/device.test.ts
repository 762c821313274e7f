import { expect, test } from 'vitest'
import { toDevice } from './device.ts'

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)'
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X)'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const android = 'Mozilla/5.0 (Linux; Android 10; K)'

test.each([
  [`${windows.slice(0, -1)}; rv:143.0) Gecko/20100101 Firefox/143.0`, 'Firefox on Windows'],
  [`${windows} ${webkit} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on Windows'],
  [`${windows} ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, 'Edge on Windows'],
  [`${mac} ${webkit} Chrome/140.0.0.0 Safari/537.36 OPR/123.0.0.0`, 'Opera on macOS'],
  [
    `${mac} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15`,
    'Safari on macOS',
  ],
  [`${iphone} AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1`, 'Safari on iPhone'],
  [
    `${iphone} AppleWebKit/605.1.15 CriOS/140.0.7339.39 Mobile/15E148 Safari/604.1`,
    'Chrome on iPhone',
  ],
  [`${iphone} AppleWebKit/605.1.15 FxiOS/143.0 Mobile/15E148 Safari/605.1.15`, 'Firefox on iPhone'],
  [`${android} ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`, 'Chrome on Android'],
  [
    `${android} ${webkit} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
    'Samsung Internet on Android',
  ],
  [
    `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${webkit} Chrome/140.0.0.0 Safari/537.36`,
    'Chrome on ChromeOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', 'Firefox on Linux'],
  ['Mozilla/5.0 (X11; Linux x86_64) Odd/1', 'A browser on Linux'],
  ['curl/8.5.0', 'curl'],
  ['node', 'Node.js'],
  ['', 'Unknown device'],
  ['<script>alert(1)</script>', 'Unknown device'],
])('%s is %s', (userAgent, device) => expect(toDevice(userAgent)).toBe(device))
