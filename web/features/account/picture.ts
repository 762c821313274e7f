import { maxAvatarBytes } from '#contracts/limit.ts'
import { planCut } from './policy.ts'

const maxPx = 1024
const paper = '#ffffff'

/**
 * The middle of a picture as a square that the server takes, turned as its camera meant it. Throws
 * an Error whose message is for its owner.
 */
export async function cutSquare(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch((cause: unknown) => {
    const message = 'This picture cannot be read here. Try a JPEG or a PNG.'
    throw new Error(message, { cause })
  })
  try {
    const hasHoles = file.type !== 'image/jpeg'
    const whole = hasHoles ? await draw(bitmap, 'image/png') : undefined
    if (whole && whole.size <= maxAvatarBytes) return whole
    return await draw(bitmap, 'image/jpeg')
  } finally {
    bitmap.close()
  }
}

async function draw(bitmap: ImageBitmap, type: 'image/png' | 'image/jpeg'): Promise<Blob> {
  const { left, top, side, sizePx } = planCut(bitmap.width, bitmap.height, maxPx)
  const canvas = document.createElement('canvas')
  canvas.width = sizePx
  canvas.height = sizePx
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('This browser cannot cut pictures.')
  if (type === 'image/jpeg') {
    pen.fillStyle = paper
    pen.fillRect(0, 0, sizePx, sizePx)
  }
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(bitmap, left, top, side, side, 0, 0, sizePx, sizePx)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.9))
  if (!blob) throw new Error('This browser cannot cut pictures.')
  return blob
}
