import type { AudioOutput } from './encode.ts'
import type { SoundSource } from './source.ts'

/** 5.1 of one sound at the rate of three stereo tracks: 384 kbit/s where stereo has 128. */
const surroundShare = 3
const surroundChannels = 6

/** Loudspeakers end at 7.1: beyond it, channels are microphones, instruments or a sphere. */
const maxSpeakers = 8
const isSphere = ({ layout }: SoundSource) => layout?.startsWith('ambisonic') ?? false
const isSpeakers = (sound: SoundSource) => sound.channels <= maxSpeakers && !isSphere(sound)
const isSurround = (sound: SoundSource) => isSpeakers(sound) && sound.channels >= surroundChannels

type Made = Pick<AudioOutput, 'name' | 'kbps' | 'channels' | 'track' | 'mayBeLonger'>
const toOutput = (sound: SoundSource, made: Made): AudioOutput => ({
  kind: 'audio',
  streamIndex: sound.index,
  fold: planFold(sound, made.channels),
  language: sound.language,
  label: sound.label,
  ...made,
})

/**
 * The renditions of sound that a film gets. `audio` is stereo and of the first track; `audio51`
 * joins where that track has 5.1 or more. Files for discs and shops carry one mix as stereo and as
 * 5.1 side by side: with one language and label they are one track, each rendition made from its
 * own. The others are `audio2`, `audio3`, … in stereo.
 */
export function planSounds(
  sounds: SoundSource[],
  { kbps, channels }: { kbps: number; channels: number },
): AudioOutput[] {
  const [first] = sounds
  if (!first) return []
  const isSame = (sound: SoundSource) =>
    sound.language === first.language && sound.label === first.label
  const surround = isSurround(first)
    ? first
    : sounds.find((sound) => first.channels === 2 && isSame(sound) && isSurround(sound))
  const stereo =
    surround === first
      ? (sounds.find((sound) => isSame(sound) && sound.channels === 2) ?? first)
      : first
  const others = sounds.filter((sound) => ![first, stereo, surround].includes(sound))
  const make = (sound: SoundSource, made: Omit<Made, 'mayBeLonger'>) =>
    toOutput(sound, { ...made, mayBeLonger: sound !== first })
  const full = { name: 'audio51', kbps: kbps * surroundShare, channels: surroundChannels, track: 0 }
  return [
    make(stereo, { name: 'audio', kbps, channels, track: 0 }),
    ...(surround ? [make(surround, full)] : []),
    ...others.map((sound, i) =>
      make(sound, { name: `audio${i + 2}`, kbps, channels, track: i + 1 }),
    ),
  ]
}

/** How a track's channels become those of a rendition. */
export type Fold = 'none' | 'speakers' | 'sphere' | 'channels'

function planFold(sound: SoundSource, channels: number): Fold {
  if (isSphere(sound)) return 'sphere'
  if (!isSpeakers(sound)) return 'channels'
  return sound.channels > Math.max(2, channels) ? 'speakers' : 'none'
}
