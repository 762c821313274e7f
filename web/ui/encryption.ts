import type { Option } from './options.tsx'

type Encryption = 'none' | 'aes-128'

export const encryptionOptions: Option<Encryption>[] = [
  { value: 'none', label: 'In the clear' },
  { value: 'aes-128', label: 'Encrypted' },
]

export const encryptionHints: Record<Encryption, string> = {
  none: 'Only holders of a link are served.',
  'aes-128':
    'What is cached or copied on the way stays closed: keys go to holders of a link alone. Plays that run now start anew.',
}
