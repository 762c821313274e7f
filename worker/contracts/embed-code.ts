const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escape = (text: string) => text.replace(/[&<>"]/g, (char) => entities[char]!)

interface Frame {
  src: string
  /** Said by screen readers. */
  title: string
  widthPx: number
  heightPx: number
}

/** The HTML that shows an embed on another page. */
export function toFrameCode({ src, title, widthPx, heightPx }: Frame): string {
  const attributes = {
    src,
    width: `${widthPx}`,
    height: `${heightPx}`,
    title,
    style: 'border:0',
    allow: 'autoplay; fullscreen; picture-in-picture',
    loading: 'lazy',
  }
  const pairs = Object.entries(attributes).map(([name, value]) => `${name}="${escape(value)}"`)
  return `<iframe ${pairs.join(' ')} allowfullscreen></iframe>`
}
