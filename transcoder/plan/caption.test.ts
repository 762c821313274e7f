import { expect, test } from 'vitest'
import { cleanText, planCues, readCues, toVtt } from './caption.ts'

const cue = (startSeconds: number, endSeconds: number, text = 'a') => ({
  ...{ startSeconds, endSeconds, text },
})

test('bold, italic and underlined text stays so, well nested whatever was sent', () => {
  expect(cleanText('<i>it</i> <B>b</B> <u.loud>u</u>')).toBe('<i>it</i> <b>b</b> <u>u</u>')
  expect(cleanText('<i>never <b>closed')).toBe('<i>never <b>closed</b></i>')
  expect(cleanText('</i>a<b>b<i>c</b>d</i>e')).toBe('a<b>b<i>cd</i>e</b>')
})

test('nothing else is markup', () => {
  expect(cleanText('<v Bob>hi</v> <c.red>x</c> <00:01.000>y<font color="red">z</font>')).toBe(
    'hi x yz',
  )
  expect(cleanText('<img src=x onerror=alert(1)><script>a</script>')).toBe('a')
  expect(cleanText('<v <img src=x onerror=alert(1)>>')).toBe('&lt;v &gt;')
  expect(cleanText('a < b & c <3 --> d')).toBe('a &lt; b &amp; c &lt;3 --&gt; d')
  expect(cleanText('&lt;b&gt; &amp;amp; &quot;&nbsp;&bogus;')).toBe(
    '&lt;b&gt; &amp;amp; "\u00a0&amp;bogus;',
  )
  expect(cleanText('a\u0000\u001bb\u200f')).toBe('ab\u200f')
})

test('a cue has no empty line and no end of its own', () => {
  expect(cleanText('<i>\n one \r\n\r\n two\n</i>')).toBe('<i>one\ntwo</i>')
  expect(cleanText('<i>\n</i>')).toBe('')
  expect(cleanText('x'.repeat(5000))).toHaveLength(2000)
})

test('cues are read with their empty lines, drawings are left out', () => {
  const vtt = `WEBVTT

10:00:01.000 --> 10:00:02.500
one

still one

09:59:59.500 --> 10:00:00.500 align:start
early

10:00:03.000 --> 10:00:04.000
m 0 0 l 100 0 100 100
`
  expect(readCues(vtt)).toEqual([cue(1, 2.5, 'one\nstill one'), cue(-0.5, 0.5, 'early')])
})

test('cues lie within the film', () => {
  expect(planCues([cue(-3, -1), cue(-1, 1, 'b'), cue(9, 99, 'c'), cue(10, 12, 'd')], 10)).toEqual([
    cue(0, 1, 'b'),
    cue(9, 10, 'c'),
  ])
})

test('a cue without an end is shown until the next one, for five seconds at most', () => {
  expect(planCues([cue(1, 1), cue(3, 4, 'b'), cue(6, 6, 'c')], 60)).toEqual([
    cue(1, 3),
    cue(3, 4, 'b'),
    cue(6, 11, 'c'),
  ])
})

test('what is said at once or on and on is said once', () => {
  expect(planCues([cue(1, 2), cue(1, 2), cue(1, 2, 'b'), cue(2, 3), cue(5, 6)], 60)).toEqual([
    cue(1, 3),
    cue(1, 2, 'b'),
    cue(5, 6),
  ])
})

test('the file holds times and text, at most 20,000 cues and 2 MB', () => {
  expect(toVtt([])).toBeNull()
  expect(toVtt([cue(3661.0004, 36_000.25, '<i>a</i>')])).toBe(
    'WEBVTT\n\n01:01:01.000 --> 10:00:00.250\n<i>a</i>\n',
  )
  const many = Array.from({ length: 30_000 }, (_, n) => cue(n, n + 1, `${n}`))
  expect(toVtt(many)?.match(/-->/g)).toHaveLength(20_000)
  const long = Array.from({ length: 3000 }, (_, n) => cue(n, n + 1, 'ä'.repeat(1000)))
  expect(Buffer.byteLength(toVtt(long)!)).toBeLessThanOrEqual(2e6)
})
