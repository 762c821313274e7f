import './ui/base.css'
import { QueryClientProvider } from '@tanstack/solid-query'
import { render } from 'solid-js/web'
import { queryClient } from './api/query.ts'
import { startSession } from './api/session.ts'
import { App } from './app.tsx'

startSession()

// After an update of the server the old page's chunks are gone; the new page has its own. Once,
// so that a chunk that is really missing does not reload for ever.
addEventListener('vite:preloadError', (event) => {
  const key = 'lantern-reloaded'
  if (sessionStorage.getItem(key) === location.href) return
  sessionStorage.setItem(key, location.href)
  event.preventDefault()
  location.reload()
})

render(
  () => (
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  ),
  document.getElementById('app')!,
)
