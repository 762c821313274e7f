import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvHead, toCsv, toField } from './csv.ts'

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '\nx', '＝1', '=HYPERLINK("x","y")'])(
  'a spreadsheet does not run %j',
  (value) => {
    const field = toField(value)
    expect(field.startsWith('"') ? field[1] : field[0]).toBe("'")
  },
)

test('commas, quotes and line ends stay inside their field', () => {
  expect(toField('a,b')).toBe('"a,b"')
  expect(toField('say "hi"')).toBe('"say ""hi"""')
  expect(toField('a\r\nb')).toBe('"a\r\nb"')
  expect(toField('plain text')).toBe('plain text')
})

/** RFC 4180, and no more. */
function parse(text: string): string[][] {
  const fields = [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)]
  expect(fields.map(([all]) => all).join('')).toBe(text)
  const rows: string[][] = [[]]
  for (const [, quoted, bare, end] of fields) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? '')
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

test('whatever a name is, a reader of CSV finds it in its column, and never as a formula', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'=-+@",\r\n;\t a') }),
  )
  fc.assert(
    fc.property(text, (name) => {
      const entry = {
        ...{ id: 'evt_x', kind: 'video.updated', at: '2026-11-27T00:00:00.000Z', videoId: null },
        ...{
          actor: { kind: 'user' as const, id: 'usr_x', name },
          data: { name },
          requestId: 'req',
        },
      }
      const [head, row] = parse(csvHead + toCsv([entry]))
      expect(row).toHaveLength(head!.length)
      const shown = row![head!.indexOf('actor_name')]!
      expect([name, `'${name}`]).toContain(shown)
      expect(shown).not.toMatch(/^[=+\-@\t\r\n]/)
      expect(JSON.parse(row![head!.indexOf('data')]!)).toEqual({ name })
    }),
  )
})
