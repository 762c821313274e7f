// Runs before the first paint, so that a dark page never flashes white.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem('lantern-theme')
  } catch {
    // Storage may be denied; the system's choice then counts.
  }
  const isDark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light'
  document
    .querySelector('meta[name=theme-color]')
    .setAttribute('content', isDark ? '#0E1413' : '#F5F3EC')
})()
