import {
  createEffect,
  createMemo,
  createSignal,
  ErrorBoundary,
  lazy,
  on,
  Show,
  Suspense,
} from 'solid-js'
import { currentUser, sessionStatus, sessionWasEnded } from '../api/session.ts'
import { isStepUpAsked } from '../api/step-up.ts'
import { ConfirmBanner } from '../features/auth/confirm-banner.tsx'
import { SmallPlayer } from '../features/watch/small-player.tsx'
import { pageTitle } from '../ui/page.ts'
import type { RouteSectionProps } from '../ui/router.ts'
import { useLocation } from '../ui/router.ts'
import { ErrorState, OfflineBanner } from '../ui/state.tsx'
import { notify, Toasts } from '../ui/toast.tsx'
import { TabBar } from './tab-bar.tsx'

const UploadTray = lazy(async () => ({
  default: (await import('../features/upload/upload-tray.tsx')).UploadTray,
}))
const StepUpDialog = lazy(async () => ({
  default: (await import('../features/account/step-up-dialog.tsx')).StepUpDialog,
}))

/** What surrounds every page: skip link, notes, uploads, and focus that follows the route. */
export function Shell(props: RouteSectionProps) {
  // Loaded when it is first asked for, and kept, so that it can close as it opened.
  const wasStepUpAsked = createMemo<boolean>((was) => was || isStepUpAsked(), false)
  return (
    <>
      <a
        href='#main'
        class='fixed top-2 left-2 z-50 -translate-y-20 rounded-ctl bg-ink px-4 py-2.5 font-semi text-bg focus:translate-y-0'
        onClick={(event) => {
          event.preventDefault()
          document.getElementById('main')?.focus()
        }}
      >
        Skip to content
      </a>
      <OfflineBanner />
      <ConfirmBanner />
      <RouteFocus />
      <EndedNote />
      <ErrorBoundary fallback={(error: unknown, reset) => <Broken error={error} onRetry={reset} />}>
        <Suspense>{props.children}</Suspense>
      </ErrorBoundary>
      <SmallPlayer />
      <TabBar />
      <Show when={currentUser()}>
        <Suspense>
          <UploadTray />
        </Suspense>
      </Show>
      <Show when={wasStepUpAsked()}>
        <Suspense>
          <StepUpDialog />
        </Suspense>
      </Show>
      <Toasts />
    </>
  )
}

/** These lead to log-in when a session ends, which says why; pages for everybody stay. */
const isPrivate = (path: string) => /^\/(studio|account|admin)(\/|$)/.test(path)

function EndedNote() {
  const place = useLocation()
  createEffect(
    on(sessionStatus, (status, before) => {
      const isEnded = status === 'signed-out' && before === 'signed-in' && sessionWasEnded()
      if (isEnded && !isPrivate(place.pathname)) notify('Your session has ended. Log in to go on.')
    }),
  )
  return null
}

/** A change of page puts the focus at its start and reads its title out. */
function RouteFocus() {
  const location = useLocation()
  const [spoken, setSpoken] = createSignal('')
  createEffect(
    on(
      () => location.pathname,
      () => {
        document.getElementById('main')?.focus({ preventScroll: true })
        queueMicrotask(() => setSpoken(pageTitle()))
      },
      { defer: true },
    ),
  )
  return (
    <p class='sr-only' role='status'>
      {spoken()}
    </p>
  )
}

function Broken(props: { error: unknown; onRetry: () => void }) {
  // A build that was replaced while the page was open has no old chunks any more.
  const retry = () => (props.error instanceof TypeError ? location.reload() : props.onRetry())
  return (
    <main id='main' tabindex={-1} class='mx-auto max-w-[720px] px-gutter py-16'>
      <h1 class='sr-only'>Something went wrong</h1>
      <ErrorState title='This page broke' error={props.error} onRetry={retry} />
    </main>
  )
}
