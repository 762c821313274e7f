import CloudOff from 'lucide-solid/icons/cloud-off'
import type { LucideProps } from 'lucide-solid'
import type { Component, JSX } from 'solid-js'
import { Show } from 'solid-js'
import { Button } from './button.tsx'
import { createDelayed, createOnline } from './clock.ts'
import { Icon } from './icon.tsx'

/** One calm sentence and one action. */
export function EmptyState(props: {
  icon: Component<LucideProps>
  title: string
  children?: JSX.Element
  action?: JSX.Element
}) {
  return (
    <div class='grid justify-items-center gap-3 rounded-frame border border-dashed border-edge/60 px-6 py-16 text-center'>
      <span class='grid size-14 place-items-center rounded-full bg-time-soft text-time-ink'>
        <Icon of={props.icon} size={26} />
      </span>
      <h2 class='mt-1 text-section font-strong'>{props.title}</h2>
      <Show when={props.children}>
        <p class='max-w-[44ch] text-list text-pretty text-ink-2'>{props.children}</p>
      </Show>
      <Show when={props.action}>
        <div class='mt-2'>{props.action}</div>
      </Show>
    </div>
  )
}

interface Problem {
  message: string
  requestId?: string | undefined
}

/** Says what failed, offers another try, and names the request for a report. */
export function ErrorState(props: { error: unknown; onRetry?: () => void; title?: string }) {
  const problem = (): Problem =>
    props.error instanceof Error ? props.error : { message: 'Something went wrong.' }
  return (
    <div
      role='alert'
      class='grid justify-items-center gap-3 rounded-frame bg-danger-soft/50 px-6 py-12 text-center'
    >
      <h2 class='text-section font-strong'>{props.title ?? 'This could not be loaded'}</h2>
      <p class='max-w-[52ch] text-list text-ink-2'>{problem().message}</p>
      <Show when={props.onRetry}>
        {(retry) => (
          <Button class='mt-1' onClick={() => retry()()}>
            Try again
          </Button>
        )}
      </Show>
      <Show when={problem().requestId}>
        <p class='num text-label text-ink-2'>
          Request <code class='font-mono select-all'>{problem().requestId}</code>
        </p>
      </Show>
    </div>
  )
}

/** Keeps the place of what is loading; its blocks show after 150 ms. */
export function Skeleton(props: { label: string; class?: string; children: JSX.Element }) {
  const isLate = createDelayed()
  return (
    <div role='status' class={props.class}>
      <span class='sr-only'>{props.label}</span>
      <div class='contents' classList={{ invisible: !isLate() }} aria-hidden='true'>
        {props.children}
      </div>
    </div>
  )
}

export function Bone(props: { class: string }) {
  return (
    <div
      class={`rounded-tag bg-line/50 motion-safe:animate-[breathe_1.6s_ease_infinite] ${props.class}`}
    />
  )
}

export function OfflineBanner() {
  const isOnline = createOnline()
  return (
    <div role='status'>
      <Show when={!isOnline()}>
        <p class='flex items-center justify-center gap-2 bg-time-soft px-4 py-2 font-medium text-time-ink'>
          <Icon of={CloudOff} size={18} />
          You are offline. What you see may be old; uploads go on when you are back.
        </p>
      </Show>
    </div>
  )
}
