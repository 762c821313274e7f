import Download from 'lucide-solid/icons/download'
import { createSignal, For, onMount, Show } from 'solid-js'
import { recoveryCodeCount } from '#contracts/limit.ts'
import { renewRecoveryCodes } from '../../api/account.ts'
import { currentUser } from '../../api/session.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { downloadText } from '../../ui/download.ts'
import { keepFocus } from '../../ui/focus.ts'
import { Icon } from '../../ui/icon.tsx'
import { refetchFactors } from './data.ts'
import { toCodesFile } from './policy.ts'
import { Section } from './section.tsx'
import { Tag } from '../../ui/tag.tsx'

interface RecoveryProps {
  left: number
  newCodes: string[] | undefined
  onCodes: (codes: string[] | undefined) => void
}

const fewLeft = 3

/** For the day on which the phone is gone. */
export function RecoverySection(props: RecoveryProps) {
  const [isAsking, setAsking] = createSignal(false)

  async function renew() {
    const { recoveryCodes } = await withStepUp(renewRecoveryCodes)
    props.onCodes(recoveryCodes)
    await refetchFactors()
  }

  return (
    <Section
      title='Recovery codes'
      words={
        <>
          <Tag look={props.left > fewLeft ? 'ok' : 'time'}>
            {props.left > 0 ? `${props.left} of ${recoveryCodeCount} left` : 'None left'}
          </Tag>{' '}
          Each lets you in once when your phone or passkey is gone.
        </>
      }
      action={
        <Show when={!props.newCodes}>
          <Button onClick={() => setAsking(true)}>
            {props.left > 0 ? 'Make new ones' : 'Make codes'}
          </Button>
        </Show>
      }
    >
      <Show when={props.newCodes}>
        {(codes) => <Codes codes={codes()} onKept={() => props.onCodes(undefined)} />}
      </Show>
      <Confirm
        isOpen={isAsking()}
        title='Make new recovery codes?'
        actionLabel='Make them'
        keepLabel='Not now'
        isHarmless
        onConfirm={renew}
        onClose={() => setAsking(false)}
      >
        The codes that you have now stop working.
      </Confirm>
    </Section>
  )
}

function Codes(props: { codes: string[]; onKept: () => void }) {
  let heading!: HTMLHeadingElement
  onMount(() => {
    heading.focus()
    heading.scrollIntoView({ block: 'nearest' })
  })
  const save = () =>
    downloadText(
      'lantern-recovery-codes.txt',
      toCodesFile(props.codes, currentUser()?.email ?? '', location.host),
    )
  return (
    <div ref={keepFocus} class='grid gap-4 rounded-frame border border-line bg-surface p-5'>
      <div>
        <h3
          ref={(element) => (heading = element)}
          tabindex={-1}
          class='scroll-mt-20 scroll-mb-40 font-strong outline-none'
        >
          Keep these where you find them without your phone
        </h3>
        <p class='mt-1 text-pretty text-ink-2'>
          On paper or in a password manager. They are shown this once; each works once.
        </p>
      </div>
      <ul
        aria-label='Recovery codes'
        class='num grid grid-cols-[repeat(auto-fill,minmax(170px,1fr))] gap-x-6 gap-y-1.5 font-mono text-list'
      >
        <For each={props.codes}>{(code) => <li class='select-all'>{code}</li>}</For>
      </ul>
      <div class='flex flex-wrap gap-2'>
        <CopyButton text={props.codes.join('\n')} label='Copy' />
        <Button onClick={save}>
          <Icon of={Download} size={18} />
          Download
        </Button>
        <Button look='primary' class='sm:ml-auto' onClick={() => props.onKept()}>
          I kept them
        </Button>
      </div>
    </div>
  )
}
