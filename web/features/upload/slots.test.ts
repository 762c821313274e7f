import { expect, test } from 'vitest'
import { createSlots } from './slots.ts'

const never = new AbortController().signal

test('no more run than there are slots, first come first served', async () => {
  const slots = createSlots(2)
  const order: string[] = []
  const giveBack = await slots.take(never)
  await slots.take(never)
  const third = slots.take(never).then(() => order.push('third'))
  const fourth = slots.take(never).then(() => order.push('fourth'))
  giveBack()
  await third
  expect(order).toEqual(['third'])
  giveBack() // a second time changes nothing
  await Promise.resolve()
  expect(order).toEqual(['third'])
  void fourth
})

test('who leaves the queue takes no slot with them', async () => {
  const slots = createSlots(1)
  const giveBack = await slots.take(never)
  const leaver = new AbortController()
  const left = slots.take(leaver.signal)
  leaver.abort(new Error('paused'))
  await expect(left).rejects.toThrow('paused')
  giveBack()
  await expect(slots.take(never)).resolves.toBeTypeOf('function')
})
