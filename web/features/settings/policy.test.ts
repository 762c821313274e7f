import { expect, test } from 'vitest'
import { TranscodeSettings } from '#contracts/workspace.ts'
import { canChangeSettings, leftOf, toggleCodec } from './policy.ts'

test('owners and admins change settings, others read them', () => {
  const roles = ['owner', 'admin', 'editor', 'viewer'] as const
  expect(roles.filter(canChangeSettings)).toEqual(['owner', 'admin'])
  expect(canChangeSettings(undefined)).toBe(false)
})

test('codecs go on and off, H.264 never', () => {
  expect(toggleCodec(['h264'], 'av1', true)).toEqual(['h264', 'av1'])
  expect(toggleCodec(['h264', 'av1'], 'hevc', true)).toEqual(['h264', 'hevc', 'av1'])
  expect(toggleCodec(['h264', 'hevc', 'av1'], 'hevc', false)).toEqual(['h264', 'av1'])
  const codecs = toggleCodec(['h264'], 'h264', false)
  expect(TranscodeSettings.shape.codecs.safeParse(codecs).success).toBe(true)
})

test('what was chosen again while it was saved is not saved yet', () => {
  const codecs = ['h264']
  expect(leftOf({ codecs, maxShortSidePx: 720 }, { codecs })).toEqual({ maxShortSidePx: 720 })
  expect(leftOf({ codecs: ['h264', 'av1'] }, { codecs })).toEqual({ codecs: ['h264', 'av1'] })
})
