/** Hands a file to the browser's downloads: a link cannot send the access token. */
export function saveFile(content: Blob, fileName: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // Browsers read it after the click, at a moment that they do not tell.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
