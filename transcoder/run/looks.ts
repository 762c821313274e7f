import { open } from 'node:fs/promises'
import { measureLook } from '../plan/look.ts'
import type { Look } from '../plan/look.ts'

/** The raw pictures in `file`, one after the other: hours of film never lie in memory at once. */
export async function readLooks(
  file: string,
  size: { widthPx: number; heightPx: number },
  moments: Pick<Look, 'atSeconds' | 'isKey'>[],
): Promise<Look[]> {
  const grey = new Uint8Array(size.widthPx * size.heightPx)
  const looks: Look[] = []
  const pictures = await open(file)
  try {
    for (const moment of moments) {
      const { bytesRead } = await pictures.read(grey, 0, grey.length, looks.length * grey.length)
      if (bytesRead < grey.length) break
      looks.push({ ...moment, ...measureLook(grey, size) })
    }
  } finally {
    await pictures.close()
  }
  return looks
}
