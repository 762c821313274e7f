import { expect, test } from 'vitest'
import { checkPassword, hashPassword } from './password.ts'

const settings = { PASSWORD_COST: 14 }

test('a hash names its parameters and fits its password alone', async () => {
  const hash = await hashPassword(settings, 'correct horse')
  expect(hash).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/)
  expect(await checkPassword(settings, 'correct horse', hash)).toEqual({
    isRight: true,
    isOutdated: false,
  })
  expect(await checkPassword(settings, 'correct horsf', hash)).toEqual({
    isRight: false,
    isOutdated: false,
  })
})

test('the same password has another hash each time', async () => {
  expect(await hashPassword(settings, 'correct horse')).not.toBe(
    await hashPassword(settings, 'correct horse'),
  )
})

test('the key is the one of RFC 7914', async () => {
  const salt = Buffer.from('SodiumChloride').toString('base64url')
  // The first 32 bytes of the third vector: N=16384, r=8, p=1.
  const vector = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2'
  const hash = `scrypt$16384$8$1$${salt}$${Buffer.from(vector, 'hex').toString('base64url')}`
  expect(await checkPassword(settings, 'pleaseletmein', hash)).toEqual({
    isRight: true,
    isOutdated: true,
  })
})

test('a hash made with less work still fits, and asks to be renewed', async () => {
  const hash = await hashPassword({ PASSWORD_COST: 13 }, 'correct horse')
  expect(await checkPassword(settings, 'correct horse', hash)).toEqual({
    isRight: true,
    isOutdated: true,
  })
})

test('letters composed in another way are the same password', async () => {
  const hash = await hashPassword(settings, 'caf\u00e9 au lait')
  expect((await checkPassword(settings, 'cafe\u0301 au lait', hash)).isRight).toBe(true)
})

test('nobody without a hash gets in', async () => {
  expect((await checkPassword(settings, '', undefined)).isRight).toBe(false)
  await expect(checkPassword(settings, 'x', 'md5$abc')).rejects.toThrow('unknown kind')
})
