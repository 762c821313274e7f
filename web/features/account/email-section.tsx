import Check from 'lucide-solid/icons/check'
import Clock from 'lucide-solid/icons/clock'
import { useQuery } from '@tanstack/solid-query'
import { createSignal, Match, Show, Switch } from 'solid-js'
import type { EmailChange } from '#contracts/account.ts'
import {
  accountKeys,
  cancelEmailChange,
  getEmailChange,
  startEmailChange,
} from '../../api/account.ts'
import { queryClient } from '../../api/query.ts'
import { currentUser } from '../../api/session.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Form } from '../../shell/form.tsx'
import { formatDateTime } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { notify, notifyError } from '../../ui/toast.tsx'
import { Section } from './section.tsx'
import { Tag } from '../../ui/tag.tsx'

const keep = (change: EmailChange | null) =>
  queryClient.setQueryData(accountKeys.emailChange(), { change })

/** The address, and the change of it that waits for both addresses to agree. */
export function EmailSection() {
  const [isOpen, setOpen] = createSignal(false)
  const query = useQuery(() => ({
    queryKey: accountKeys.emailChange(),
    queryFn: ({ signal }) => getEmailChange(signal),
  }))
  const change = () => (query.isSuccess ? query.data.change : null)
  let opener!: HTMLButtonElement
  function close() {
    setOpen(false)
    opener?.focus()
  }

  return (
    <Section
      id='email'
      title='E-mail address'
      words={
        <p class='flex flex-wrap items-center gap-x-2.5 gap-y-1'>
          <span class='wrap-anywhere'>{currentUser()?.email}</span>
          <Show
            when={currentUser()?.isEmailVerified}
            fallback={<Tag look='time'>Not confirmed</Tag>}
          >
            <Tag look='ok'>Confirmed</Tag>
          </Show>
        </p>
      }
      action={
        <Show when={query.isSuccess && !change() && !isOpen()}>
          <Button ref={(element) => (opener = element)} onClick={() => setOpen(true)}>
            Change
          </Button>
        </Show>
      }
    >
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label='Loading'>
            <Bone class='h-10 w-full' />
          </Skeleton>
        </Match>
        <Match when={query.isLoadingError}>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={change()}>{(waiting) => <Waiting change={waiting()} />}</Match>
        <Match when={isOpen()}>
          <NewAddress onDone={() => setOpen(false)} onLeave={close} />
        </Match>
      </Switch>
    </Section>
  )
}

function NewAddress(props: { onDone: () => void; onLeave: () => void }) {
  return (
    <div ref={keepFocus} class='max-w-[480px]'>
      <Form
        actionLabel='Send both links'
        aside={
          <Button look='soft' onClick={() => props.onLeave()}>
            Keep the old one
          </Button>
        }
        onSubmit={async ({ email = '' }) => {
          keep(await withStepUp(() => startEmailChange(email)))
          notify('Two mails are on their way.')
          props.onDone()
        }}
      >
        {(form) => (
          <TextField
            label='New address'
            name='email'
            type='email'
            autocomplete='email'
            required
            maxlength={254}
            ref={(input) => queueMicrotask(() => input.focus())}
            hint='We send a link to the old address and one to the new: it changes once both were opened.'
            error={form.fieldError('email')}
          />
        )}
      </Form>
    </div>
  )
}

function Waiting(props: { change: EmailChange }) {
  const [isBusy, setBusy] = createSignal(false)

  async function cancel() {
    setBusy(true)
    try {
      await cancelEmailChange()
      keep(null)
      notify('Your address stays as it is.')
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div ref={keepFocus} class='grid gap-3 rounded-frame border border-line bg-surface p-4'>
      <p>
        A change to <strong class='font-semi wrap-anywhere'>{props.change.email}</strong> waits for
        both addresses, until {formatDateTime(props.change.endsAt)}.
      </p>
      <ul class='grid gap-1.5'>
        <Agreement email={currentUser()?.email ?? ''} isGiven={props.change.isOldConfirmed} />
        <Agreement email={props.change.email} isGiven={props.change.isNewConfirmed} />
      </ul>
      <div>
        <Button size='small' isBusy={isBusy()} onClick={() => void cancel()}>
          Cancel the change
        </Button>
      </div>
    </div>
  )
}

function Agreement(props: { email: string; isGiven: boolean }) {
  return (
    <li class='flex items-start gap-2'>
      <Icon
        of={props.isGiven ? Check : Clock}
        size={18}
        class={`mt-px ${props.isGiven ? 'text-ok' : 'text-time-ink'}`}
      />
      <span class='min-w-0 wrap-anywhere'>
        {props.email} {props.isGiven ? 'has confirmed it' : 'has not confirmed it yet'}
      </span>
    </li>
  )
}
