import { fetchOutline } from './peaks.ts'
import type { Source } from './types.ts'
import type { View } from './view.ts'

/** What stands in place of a picture: the shape of the sound, also as the bar to seek in. */
export function createSoundView({ root, sound, soundTitle, soundPicture, progress }: View) {
  let abort = new AbortController()
  let peaksUrl: string | null = null

  /** A picture without an address is none: it is not in the page. */
  function showPicture(url: string | null) {
    sound.classList.toggle('has-picture', url !== null)
    if (url === null) return soundPicture.remove()
    if (soundPicture.getAttribute('src') !== url) soundPicture.src = url
    if (!soundPicture.isConnected) sound.prepend(soundPicture)
  }
  function showOutline(outline: string) {
    root.classList.toggle('is-outlined', outline !== '')
    progress.style.clipPath = outline
  }
  async function draw(url: string | null) {
    if (url === peaksUrl) return
    abort.abort()
    abort = new AbortController()
    peaksUrl = url
    showOutline('')
    // A plain bar does as well.
    if (url) await fetchOutline(url, abort.signal).then(showOutline, () => undefined)
  }
  soundPicture.addEventListener('error', () => showPicture(null))
  return {
    /** Also with newer facts of the same film. */
    show({ hasVideo, title, posterUrl, peaksUrl: url }: Source) {
      root.classList.toggle('is-sound', !hasVideo)
      sound.hidden = hasVideo
      soundTitle.textContent = title
      showPicture(hasVideo ? null : posterUrl)
      void draw(hasVideo ? null : url)
    },
    destroy: () => abort.abort(),
  }
}
