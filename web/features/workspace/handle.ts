const minLength = 3
const maxLength = 30

/** What the server makes of a name where no handle is given, as far as it can be foretold. */
export function handleFrom(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, maxLength)
    .replace(/-$/, '')
  return slug.length < minLength ? '' : slug
}

/** What is wrong with a handle, in the words of the contract; undefined for a good one. */
export function handleProblem(value: string): string | undefined {
  const handle = value.trim().toLowerCase()
  if (handle.length < minLength) return `Use at least ${minLength} characters`
  if (handle.length > maxLength) return `Use at most ${maxLength} characters`
  if (/^[a-z0-9](?:-?[a-z0-9])*$/.test(handle)) return undefined
  return 'Use letters a to z, digits and single hyphens between them'
}

export const channelAddress = (handle: string): string =>
  `${location.host}/@${handle.trim().toLowerCase() || '…'}`
