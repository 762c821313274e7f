import type HlsType from 'hls.js'
import type { Engine, Library } from './engine.ts'
import { prefs } from './prefs.ts'
import { toKey } from './rendition.ts'
import { findSound, toSounds } from './sound.ts'

type Sounds = Pick<Engine, 'sounds' | 'sound' | 'pickSound'>

/** The sounds of the groups that go with the pictures, and the viewer's choice among them. */
export function createHlsSounds({ Events }: Library, hls: HlsType, onSounds: () => void): Sounds {
  const sounds = () =>
    toSounds(
      hls.audioTracks.map(({ url, name, lang, channels }) => ({
        ...{ id: toKey(url), name, language: lang, channels },
      })),
    )
  const find = (id: string) => hls.audioTracks.findIndex(({ url }) => toKey(url) === id)
  const sound = () => {
    const track = hls.audioTracks[hls.audioTrack]
    return track && sounds().find(({ id }) => id === toKey(track.url))
  }
  function listen(id: string) {
    const place = find(id)
    if (place >= 0 && sound()?.id !== id) hls.audioTrack = place
  }

  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    // Set here, it is the first that is loaded.
    const wanted = findSound(sounds(), prefs.sound())
    if (wanted) listen(wanted.id)
    onSounds()
  })
  hls.on(Events.AUDIO_TRACK_SWITCHED, onSounds)
  return {
    sounds,
    sound,
    pickSound(id) {
      const chosen = sounds().find((one) => one.id === id)
      if (!chosen) return
      prefs.setSound(chosen)
      listen(id)
      onSounds()
    },
  }
}

/**
 * A master playlist names each picture once for every group of sounds. Here a picture is one level
 * that goes with all groups: another sound is then no other level.
 */
export function joinGroups(hls: HlsType): void {
  const kept = new Map<string, HlsType['levels'][number]>()
  for (const level of hls.levels.toSorted((a, b) => a.bitrate - b.bitrate)) {
    const first = kept.get(toKey(level.uri))
    if (!first) {
      kept.set(toKey(level.uri), level)
      continue
    }
    for (const group of level.audioGroups ?? []) first.addGroupId('audio', group)
    hls.removeLevel(hls.levels.indexOf(level))
  }
}
