import { setFace, type Listen } from './dom.ts'
import { prefs } from './prefs.ts'
import type { View } from './view.ts'

export type Controls = ReturnType<typeof createControls>

type IosVideo = HTMLVideoElement & { webkitEnterFullscreen?: () => void }

/** Play, sound, full screen and picture in picture: what the buttons do and show. */
export function createControls(view: View, listen: Listen, play: () => void) {
  const { root, video, labels, button, volume, bigPlay } = view

  const toggle = () => (video.paused ? play() : video.pause())
  const mute = () => (video.muted = !video.muted)
  function setVolume(value: number) {
    video.volume = Math.min(1, Math.max(0, Math.round(value * 20) / 20))
    video.muted = video.volume === 0
  }
  function fullscreen() {
    if (document.fullscreenElement) void document.exitFullscreen()
    else if (root.requestFullscreen) root.requestFullscreen().catch(() => undefined)
    else (video as IosVideo).webkitEnterFullscreen?.()
  }
  function enterPip() {
    if (!button.pip.hidden) video.requestPictureInPicture().catch(() => undefined)
  }
  function pip() {
    if (document.pictureInPictureElement) void document.exitPictureInPicture()
    else enterPip()
  }

  function paintPlay() {
    const name = video.ended ? 'replay' : video.paused ? 'play' : 'pause'
    for (const one of [button.play, bigPlay]) setFace(one, name, labels[name])
    root.classList.toggle('is-playing', !video.paused && !video.ended)
  }
  function paintVolume() {
    const isSilent = video.muted || video.volume === 0
    setFace(button.mute, isSilent ? 'mute' : 'loud', isSilent ? labels.unmute : labels.mute)
    volume.value = String(isSilent ? 0 : video.volume)
    volume.style.setProperty('--level', volume.value)
    volume.setAttribute('aria-valuetext', `${Math.round(Number(volume.value) * 100)} %`)
  }
  function paintFullscreen() {
    const isOn = document.fullscreenElement === root
    const name = isOn ? 'fullscreenOff' : 'fullscreen'
    setFace(button.fullscreen, name, labels[name])
    root.classList.toggle('is-fullscreen', isOn)
  }

  video.volume = prefs.volume()
  video.muted = prefs.isMuted()
  button.pip.hidden = !document.pictureInPictureEnabled
  listen(video, 'play pause ended seeking', paintPlay)
  listen(video, 'volumechange', () => {
    paintVolume()
    prefs.setVolume(video.volume, video.muted)
  })
  listen(video, 'enterpictureinpicture leavepictureinpicture', () => {
    button.pip.setAttribute('aria-pressed', String(document.pictureInPictureElement === video))
  })
  listen(document, 'fullscreenchange', paintFullscreen)
  listen(button.play, 'click', toggle)
  listen(bigPlay, 'click', toggle)
  listen(button.mute, 'click', mute)
  listen(volume, 'input', () => setVolume(Number(volume.value)))
  listen(button.pip, 'click', pip)
  listen(button.fullscreen, 'click', fullscreen)
  paintPlay()
  paintVolume()
  return { toggle, mute, setVolume, fullscreen, pip, enterPip }
}
