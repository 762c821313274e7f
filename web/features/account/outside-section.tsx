import { createSignal, For, Show } from 'solid-js'
import type { Factors } from '#contracts/factor.ts'
import { linkOutside, type Provider, unlinkOutside } from '../../api/account.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { formatDate } from '../../ui/format.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { createProviders } from '../auth/outside-buttons.tsx'
import { refetchFactors } from './data.ts'
import { rowClass, rowsClass, Section } from './section.tsx'

type Linked = Factors['outside'][number]

/** Nothing where this server knows no other service and none is linked. */
export function OutsideSection(props: { linked: Linked[] }) {
  const query = createProviders()
  const others = () => {
    const providers = query.isSuccess ? query.data.items : []
    return providers.filter(({ id }) => !props.linked.some(({ provider }) => provider === id))
  }
  return (
    <Show when={props.linked.length + others().length}>
      <Section title='Other services' words='Accounts elsewhere that may vouch for you here.'>
        <ul class={rowsClass}>
          <For each={props.linked}>{(linked) => <LinkedRow linked={linked} />}</For>
          <For each={others()}>{(provider) => <OtherRow provider={provider} />}</For>
        </ul>
      </Section>
    </Show>
  )
}

function LinkedRow(props: { linked: Linked }) {
  const now = createClock()
  const [isAsking, setAsking] = createSignal(false)

  async function unlink() {
    await withStepUp(() => unlinkOutside(props.linked.provider))
    await refetchFactors()
    notify(`${props.linked.name} is unlinked.`)
  }
  return (
    <li class={rowClass}>
      <div class='min-w-0'>
        <p class='font-semi'>{props.linked.name}</p>
        <p class='text-meta wrap-anywhere text-ink-3'>
          {props.linked.email}, linked {formatDate(props.linked.createdAt, now())}
        </p>
      </div>
      <Button
        size='small'
        aria-label={`Unlink ${props.linked.name}`}
        onClick={() => setAsking(true)}
      >
        Unlink
      </Button>
      <Confirm
        isOpen={isAsking()}
        title={`Unlink ${props.linked.name}?`}
        actionLabel='Unlink'
        keepLabel='Keep it linked'
        onConfirm={unlink}
        onClose={() => setAsking(false)}
      >
        You can no longer sign in here that way.
      </Confirm>
    </li>
  )
}

function OtherRow(props: { provider: Provider }) {
  const [isBusy, setBusy] = createSignal(false)

  async function link() {
    setBusy(true)
    try {
      const { url } = await withStepUp(() => linkOutside(props.provider.id))
      location.assign(url)
    } catch (error) {
      notifyError(error)
      setBusy(false)
    }
  }
  return (
    <li class={rowClass}>
      <div class='min-w-0'>
        <p class='font-semi'>{props.provider.name}</p>
        <p class='text-meta text-ink-3'>Not linked</p>
      </div>
      <Button
        size='small'
        aria-label={`Link ${props.provider.name}`}
        isBusy={isBusy()}
        onClick={() => void link()}
      >
        Link
      </Button>
    </li>
  )
}
