import type { Option } from './options.tsx'

type Downloads = 'none' | 'video' | 'original'

export const downloadOptions: Option<Downloads>[] = [
  { value: 'none', label: 'Nothing' },
  { value: 'video', label: 'The video' },
  { value: 'original', label: 'The video and the original file' },
]

export const downloadHints: Record<Downloads, string> = {
  none: 'It can be watched, and no button saves it.',
  video: 'Whoever can watch it can save it as an MP4.',
  original: 'Whoever can watch it can save it as an MP4, or the file as you uploaded it.',
}
