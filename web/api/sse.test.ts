import { expect, test } from 'vitest'
import type { ServerEvent } from './sse.ts'
import { createEventParser } from './sse.ts'

function parse(...chunks: string[]) {
  const events: ServerEvent[] = []
  let retryMs: number | undefined
  const feed = createEventParser(
    (event) => events.push(event),
    (ms) => (retryMs = ms),
  )
  for (const chunk of chunks) feed(chunk)
  return { events, retryMs }
}

test('an event may come in pieces', () => {
  const { events } = parse('event: vid', 'eo\ndata: {"a"', ':1}\n', '\n')
  expect(events).toEqual([{ event: 'video', data: '{"a":1}' }])
})

test('comments are skipped, retry is told, an event without data counts', () => {
  const { events, retryMs } = parse(': hello\nretry: 1500\n\nevent: end\n\n')
  expect(retryMs).toBe(1500)
  expect(events).toEqual([{ event: 'end', data: '' }])
})

test('lines end as they like, and several data lines are one text', () => {
  const { events } = parse('data: a\r\ndata: b\r\n\r\n')
  expect(events).toEqual([{ event: 'message', data: 'a\nb' }])
})
