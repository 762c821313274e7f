import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { inRoot } from '../../scripts/lib/paths.ts'

const folder = inRoot('../shared/media/payloads')

/** A few of each sort, so that the suite stands alone; the large sets are read where they lie. */
const own = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg/onload=alert(1)>",
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  'javascript:alert(1)',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  '</title><script>alert(1)</script>',
  '<style>@import "javascript:alert(1)";</style>',
  '<math><mtext></p><mglyph><style><img src onerror=alert(1)>',
  '\u202Etxt.exe',
  'Ω≈ç√∫˜µ≤≥÷',
  '田中さんにあげて下さい',
  'مُنَاقَشَةُ سُبُلِ اِسْتِخْدَامِ اللُّغَةِ',
  "1;DROP TABLE users; --' OR '1'='1",
  '%00%2e%2e%2f',
  '👩‍👩‍👧‍👦🇳🇴',
]

const read = (name: string): unknown[] =>
  JSON.parse(readFileSync(path.join(folder, name), 'utf8')) as unknown[]

/** Naughty strings and markup that runs where it is not shown as text. */
export function readPayloads(): { texts: string[]; isWhole: boolean } {
  if (!existsSync(folder)) return { texts: own, isWhole: false }
  const naughty = read('blns.json').filter((text): text is string => typeof text === 'string')
  const markup = (read('dompurify-expect.json') as { payload?: unknown }[]).flatMap(
    ({ payload }) => (typeof payload === 'string' ? [payload] : []),
  )
  return { texts: [...new Set([...own, ...naughty, ...markup])], isWhole: true }
}
