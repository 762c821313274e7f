import Monitor from 'lucide-solid/icons/monitor'
import Smartphone from 'lucide-solid/icons/smartphone'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { SignedInDevice } from '#contracts/account.ts'
import { endOtherSessions, endSession } from '../../api/account.ts'
import { hasCode } from '../../api/error.ts'
import { Button } from '../../ui/button.tsx'
import { ById } from '../../ui/by-id.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { formatDate, plural } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { createSessions, patchSessions, refetchSessions } from './data.ts'
import { rowClass, rowsClass, Section, Tag } from './section.tsx'
import { seenWords } from './words.ts'

/** Everywhere that this account is signed in. */
export function SessionSection() {
  const query = createSessions()
  const [isAsking, setAsking] = createSignal(false)
  const others = () => (query.data?.items ?? []).filter(({ isCurrent }) => !isCurrent)

  async function endOthers() {
    const count = others().length
    await endOtherSessions()
    patchSessions((items) => items.filter(({ isCurrent }) => isCurrent))
    notify(`${plural(count, 'session')} ended.`)
    await refetchSessions()
  }

  return (
    <Section
      title='Where you are signed in'
      words='If one is not yours, end it and change your password.'
      action={
        <Show when={query.isSuccess && others().length}>
          <Button onClick={() => setAsking(true)}>End all others</Button>
        </Show>
      }
    >
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label='Loading your sessions' class='grid gap-3'>
            <Bone class='h-12 w-full' />
            <Bone class='h-12 w-full' />
          </Skeleton>
        </Match>
        <Match when={query.isLoadingError}>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.data}>
          {(data) => (
            <ul class={rowsClass}>
              <ById each={data().items}>{(session) => <SessionRow session={session()} />}</ById>
            </ul>
          )}
        </Match>
      </Switch>
      <Confirm
        isOpen={isAsking()}
        title='End all other sessions?'
        actionLabel='End them'
        keepLabel='Keep them'
        onConfirm={endOthers}
        onClose={() => setAsking(false)}
      >
        Every other browser and device is signed out at once. This one stays.
      </Confirm>
    </Section>
  )
}

function SessionRow(props: { session: SignedInDevice }) {
  const now = createClock()
  const [isBusy, setBusy] = createSignal(false)
  const isPhone = () => /phone|iPad|Android/i.test(props.session.device)
  const facts = () => {
    const { place, createdAt } = props.session
    const since = `since ${formatDate(createdAt, now())}`
    return [place, seenWords(props.session, now()), since].filter(Boolean).join(' · ')
  }

  async function end() {
    const { id, device } = props.session
    setBusy(true)
    try {
      await endSession(id).catch((error: unknown) => {
        if (!hasCode(error, 'not_found')) throw error // it has ended meanwhile
      })
      patchSessions((items) => items.filter((one) => one.id !== id))
      notify(`The session of ${device} has ended.`)
      await refetchSessions()
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li class={rowClass} ref={keepFocus}>
      <div class='flex min-w-0 flex-1 basis-[240px] items-center gap-3'>
        <Icon of={isPhone() ? Smartphone : Monitor} class='text-ink-3' />
        <div class='min-w-0'>
          <p class='flex flex-wrap items-center gap-x-2'>
            <span class='font-semi wrap-anywhere'>{props.session.device}</span>
            <Show when={props.session.isCurrent}>
              <Tag look='ok'>This one</Tag>
            </Show>
          </p>
          <p class='text-meta text-ink-3'>{facts()}</p>
        </div>
      </div>
      <Show when={!props.session.isCurrent}>
        <Button
          size='small'
          aria-label={`End ${props.session.device}`}
          isBusy={isBusy()}
          onClick={() => void end()}
        >
          End
        </Button>
      </Show>
    </li>
  )
}
