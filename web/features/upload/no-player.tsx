/** The player is fetched late: that must not take the page and its uploads along. */
export function NoPlayer() {
  return (
    <p
      role='alert'
      class='absolute inset-x-0 bottom-0 bg-black/80 px-4 py-2.5 text-meta text-white'
    >
      The player could not be opened here. The link works all the same.
    </p>
  )
}
