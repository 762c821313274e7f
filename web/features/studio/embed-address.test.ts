import { expect, test } from 'vitest'
import { embedCode, embedPath, isWidth, usualChoice } from './embed-address.ts'

const film = { id: 'vid_1', title: 'Tide & "moon" <b>', widthPx: 1080, heightPx: 1920 }

test('an address says only what is unusual', () => {
  expect(embedPath('vid_1', usualChoice)).toBe('/embed/vid_1')
  const choice = { ...usualChoice, start: '1:30', autoplays: true, isMuted: true, hasTitle: false }
  expect(embedPath('vid_1', choice)).toBe('/embed/vid_1?start=90&autoplay=1&muted=1&title=0')
})

test('the code has the shape of the film, and its title stays text', () => {
  expect(embedCode('https://v.example', film, { ...usualChoice, widthPx: '360' })).toBe(
    '<iframe src="https://v.example/embed/vid_1" width="360" height="640" title="Tide &amp; &quot;moon&quot; &lt;b&gt;" style="border:0" allow="autoplay; fullscreen; picture-in-picture" loading="lazy" allowfullscreen></iframe>',
  )
})

test.each(['', '199', '3841', '1e3', '-5', '640.5'])('%j is no width', (text) => {
  expect(isWidth(text)).toBe(false)
})
