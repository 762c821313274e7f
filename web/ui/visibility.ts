import Globe from 'lucide-solid/icons/globe'
import Link from 'lucide-solid/icons/link'
import Lock from 'lucide-solid/icons/lock'
import type { Option } from './options.tsx'

type Visibility = 'public' | 'unlisted' | 'private'

export const visibilityOptions: Option<Visibility>[] = [
  { value: 'public', label: 'Public' },
  { value: 'unlisted', label: 'Link only' },
  { value: 'private', label: 'Private' },
]

export const visibilityIcons = { public: Globe, unlisted: Link, private: Lock }

export const visibilityHints: Record<Visibility, string> = {
  public: 'Anyone can find and watch it.',
  unlisted: 'Anyone with the link can watch it; it is not listed.',
  private: 'Only members of this workspace can watch it.',
}
