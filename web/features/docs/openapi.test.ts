import { expect, test } from 'vitest'
import type { Document } from './openapi.ts'
import { accessOf, curlOf, exampleOf, groupByTag, objectOf, typeName } from './openapi.ts'

const document: Document = {
  info: { title: 'Lantern', version: '1' },
  components: {
    schemas: {
      Page: {
        type: 'object',
        properties: { next: { anyOf: [{ $ref: '#/components/schemas/Page' }, { type: 'null' }] } },
      },
      Change: { type: 'object', properties: { title: { type: 'string', example: "It's" } } },
    },
    securitySchemes: { bearer: { type: 'http' }, refresh: { type: 'apiKey', in: 'cookie' } },
  },
  paths: {
    '/a': {
      get: { operationId: 'a', tags: ['One'], security: [{}, { bearer: [] }] },
      patch: {
        operationId: 'b',
        tags: ['Two'],
        security: [{ bearer: [] }],
        requestBody: {
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Change' } } },
        },
      },
    },
    '/c': { post: { operationId: 'c', tags: ['One'], security: [{ refresh: [] }] } },
  },
}
const entries = groupByTag(document).flatMap((group) => group.entries)
const entry = (id: string) => entries.find((each) => each.id === id)!

test('operations are grouped by their tag', () => {
  const groups = groupByTag(document).map(({ tag, entries }) => [tag, entries.map(({ id }) => id)])
  expect(groups).toEqual([
    ['One', ['a', 'c']],
    ['Two', ['b']],
  ])
})

test('an operation that strangers may call is public', () => {
  const access = ['a', 'b', 'c'].map((id) => accessOf(document, entry(id).operation))
  expect(access).toEqual(['public', 'token', 'cookie'])
})

test('an example can be pasted into a shell, quotes and all', () => {
  expect(curlOf(document, entry('b'), 'https://lantern.test')).toBe(
    [
      "curl -X PATCH 'https://lantern.test/a'",
      '-H "Authorization: Bearer $TOKEN"',
      "-H 'Content-Type: application/json'",
      String.raw`-d '{"title":"It'\''s"}'`,
    ].join(' \\\n  '),
  )
})

test('a schema that holds itself ends', () => {
  const page = { $ref: '#/components/schemas/Page' }
  expect(typeName(document, page)).toBe('Page')
  expect(objectOf(document, page)?.properties).toHaveProperty('next')
  expect(JSON.stringify(exampleOf(document, page)).length).toBeLessThan(200)
})
