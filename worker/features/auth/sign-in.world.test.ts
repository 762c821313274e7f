import { afterAll, beforeAll, expect, test } from 'vitest'
import { login, subjectsTo } from '../../test/factor.ts'
import { type World, createWorld } from '../../test/world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterAll(() => world.stop())

const phone = (version: number) => ({
  'user-agent': `Mozilla/5.0 (Android 16; Mobile; rv:${version}.0) Gecko/${version}.0 Firefox/${version}.0`,
})

test('a device that is new is told of once', async () => {
  const user = await world.user()
  await login(world, user)
  expect(await subjectsTo(world, user)).toEqual([])
  await login(world, user, phone(145))
  expect(await subjectsTo(world, user)).toEqual(['New sign-in'])
  const mail = world.db.prepare(`select text from mails where kind = 'new_sign_in'`)
  expect(await mail.first('text')).toContain('Firefox on Android')
  await login(world, user, phone(145))
  await login(world, user, phone(146))
  expect(await subjectsTo(world, user)).toEqual(['New sign-in'])
})

test('a wrong password tells nobody of a device', async () => {
  const user = await world.user()
  await login(world, { ...user, password: 'wrong horse' }, phone(145))
  expect(await subjectsTo(world, user)).toEqual([])
})

test('what another account was used on is new here', async () => {
  const [user, other] = [await world.user(), await world.user()]
  await login(world, other, phone(145))
  await login(world, user, phone(145))
  expect(await subjectsTo(world, user)).toEqual(['New sign-in'])
})

test('where no earlier session is known any more, the device counts as new', async () => {
  const user = await world.user()
  await world.db.prepare('delete from sessions where user_id = ?').bind(user.id).run()
  world.tick(1)
  await login(world, user)
  expect(await subjectsTo(world, user)).toEqual(['New sign-in'])
})

test('an address that is not confirmed gets no such mail', async () => {
  const user = await world.user({ isVerified: false })
  await login(world, user, phone(145))
  expect(await subjectsTo(world, user)).toEqual([])
})
