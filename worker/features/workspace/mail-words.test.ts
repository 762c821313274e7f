import { expect, test } from 'vitest'
import { toHtml } from '../mail/words.ts'
import { invitationWords, oneLine } from './mail-words.ts'

const offer = { role: 'editor', url: 'https://tube.example/join#token=x' } as const

test('names cannot add lines to a subject or turn it around', () => {
  const { subject } = invitationWords({
    ...offer,
    workspace: 'Acme\r\nBcc: all@example.com',
    invitedBy: 'Eve\u2028\u202eevE',
  })
  expect(subject).toBe('Eve evE invites you to Acme Bcc: all@example.com on Lantern')
  expect(oneLine('  Zoë 👩‍🚀 ')).toBe('Zoë 👩‍🚀')
})

test('names are text in the page of the mail, too', async () => {
  const words = invitationWords({ ...offer, workspace: '<img src=x>', invitedBy: '"><b>' })
  const page = await toHtml(words)
  expect(page).not.toMatch(/<img|<b>/)
})
