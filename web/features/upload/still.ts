/** Sharp in the frame of a row, which the film itself then fills. */
const widthPx = 896
const timeoutMs = 8000

/**
 * Draws a frame of a local file and resolves to an object URL, or undefined where the browser
 * cannot decode it. The caller revokes the URL.
 */
export async function stillOf(file: File): Promise<string | undefined> {
  const video = document.createElement('video')
  const url = URL.createObjectURL(file)
  try {
    video.muted = true
    video.preload = 'auto'
    video.playsInline = true
    video.src = url
    await event(video, 'loadeddata')
    video.currentTime = Math.min(1, (video.duration || 0) / 3)
    await event(video, 'seeked')
    if (!video.videoWidth) return undefined
    const canvas = document.createElement('canvas')
    canvas.width = widthPx
    canvas.height = Math.round((widthPx * video.videoHeight) / video.videoWidth)
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, 'image/jpeg', 0.8),
    )
    return blob ? URL.createObjectURL(blob) : undefined
  } catch {
    return undefined
  } finally {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(url)
  }
}

function event(video: HTMLVideoElement, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No ${name}`)), timeoutMs)
    const settle = (act: () => void) => () => {
      clearTimeout(timer)
      act()
    }
    video.addEventListener(name, settle(resolve), { once: true })
    const fail = settle(() => reject(new Error('Not decodable')))
    video.addEventListener('error', fail, { once: true })
  })
}
