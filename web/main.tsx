import './ui/base.css'
import { QueryClientProvider } from '@tanstack/solid-query'
import { render } from 'solid-js/web'
import { queryClient } from './api/query.ts'
import { startSession } from './api/session.ts'
import { App } from './app.tsx'

startSession()

render(
  () => (
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  ),
  document.getElementById('app')!,
)
