import { createSignal, onCleanup, onMount } from 'solid-js'

/** The whole page takes files. Returns whether some are held over it. */
export function createDropZone(onFiles: (files: File[]) => void): () => boolean {
  const [isOver, setOver] = createSignal(false)
  let depth = 0

  const handlers = {
    dragenter(event: DragEvent) {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth += 1
      setOver(true)
    },
    dragover(event: DragEvent) {
      if (hasFiles(event)) event.preventDefault()
    },
    dragleave(event: DragEvent) {
      if (!hasFiles(event)) return
      depth = Math.max(0, depth - 1)
      setOver(depth > 0)
    },
    drop(event: DragEvent) {
      if (!hasFiles(event)) return
      event.preventDefault()
      depth = 0
      setOver(false)
      onFiles([...(event.dataTransfer?.files ?? [])])
    },
  }

  onMount(() => {
    for (const [name, handler] of Object.entries(handlers)) {
      document.addEventListener(name, handler as EventListener)
    }
  })
  onCleanup(() => {
    for (const [name, handler] of Object.entries(handlers)) {
      document.removeEventListener(name, handler as EventListener)
    }
  })
  return isOver
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
