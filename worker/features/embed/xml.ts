const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
}

/** Text for XML 1.0, without what may not stand there at all. https://www.w3.org/TR/xml/#charsets */
export const escapeXml = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- these are what must go
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (char) => entities[char]!)

const declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'

/** One element with an element for each field. */
export const toXml = (name: string, fields: Record<string, string | number>): string => {
  const lines = Object.entries(fields).map(
    ([field, value]) => `<${field}>${escapeXml(String(value))}</${field}>`,
  )
  return `${declaration}<${name}>${lines.join('')}</${name}>`
}

export const xmlDocument = (body: string): string => declaration + body
