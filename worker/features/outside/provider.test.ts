import { expect, test } from 'vitest'
import { Providers } from './provider.ts'

const google = {
  id: 'google',
  name: 'Google',
  issuer: 'https://accounts.google.com',
  clientId: 'c',
}
const parse = (list: unknown) => Providers.safeParse(JSON.stringify(list))

test('nothing set is nobody', () => {
  expect(Providers.parse(undefined)).toEqual([])
})

test('a provider gets the scopes that a sign-in needs', () => {
  expect(parse([google]).data).toEqual([{ ...google, scopes: 'openid email profile' }])
})

test('plain http is for this machine alone', () => {
  expect(parse([{ ...google, issuer: 'http://127.0.0.1:9000' }]).success).toBe(true)
  for (const issuer of ['http://example.com', 'http://127.0.0.1.example.com', 'ftp://a.b', 'x']) {
    expect(parse([{ ...google, issuer }]).success).toBe(false)
  }
})

test.each([
  ['two of one id', [google, google]],
  ['an unknown field', [{ ...google, client_secret: 's' }]],
  ['no client', [{ ...google, clientId: '' }]],
  ['an id that is no path', [{ ...google, id: '../x' }]],
  ['scopes without openid', [{ ...google, scopes: 'email' }]],
  [
    'the address of the metadata',
    [{ ...google, issuer: 'https://a.b/.well-known/openid-configuration' }],
  ],
  ['one that is no list', google],
])('%s is refused', (_, list) => {
  expect(parse(list).success).toBe(false)
})

test('what is not JSON is named, and not shown', () => {
  const { error } = Providers.safeParse('[{"clientSecret":"hidden"')
  expect(error?.issues.map(({ message }) => message)).toEqual(['OIDC_PROVIDERS is not valid JSON'])
})
