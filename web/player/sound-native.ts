import type { Engine } from './engine.ts'
import { prefs } from './prefs.ts'
import { findSound, toSounds } from './sound.ts'

/** https://html.spec.whatwg.org/multipage/media.html#audiotracklist: only Safari has it. */
interface NativeTrack {
  id: string
  label: string
  language: string
  enabled: boolean
}
type WithTracks = HTMLVideoElement & { audioTracks?: EventTarget & ArrayLike<NativeTrack> }

/** The sounds that a browser finds by itself; it knows no channels. */
export function createNativeSounds(
  video: WithTracks,
  onSounds: () => void,
  signal: AbortSignal,
): Pick<Engine, 'sounds' | 'sound' | 'pickSound'> {
  const list = video.audioTracks
  const tracks = () => Array.from(list ?? [])
  const sounds = () =>
    toSounds(tracks().map(({ id, label, language }) => ({ id, name: label || language, language })))
  const sound = () => {
    const heard = tracks().find(({ enabled }) => enabled)
    return sounds().find(({ id }) => id === heard?.id)
  }
  function listen(id: string) {
    for (const track of tracks()) track.enabled = track.id === id
  }

  function onTracks() {
    const wanted = findSound(sounds(), prefs.sound())
    if (wanted && sound()?.id !== wanted.id) listen(wanted.id)
    onSounds()
  }
  list?.addEventListener('addtrack', onTracks, { signal })
  list?.addEventListener('change', onSounds, { signal })
  return {
    sounds,
    sound,
    pickSound(id) {
      const chosen = sounds().find((one) => one.id === id)
      if (!chosen) return
      prefs.setSound(chosen)
      listen(id)
    },
  }
}
