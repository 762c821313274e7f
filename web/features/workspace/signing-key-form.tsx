import { createSignal, onMount, Show } from 'solid-js'
import type { WorkspaceId } from '#contracts/id.ts'
import type { SigningAlgorithm } from '#contracts/signing-key.ts'
import { createSigningKey, type NewSigningKey } from '../../api/signing-key.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Banner } from '../../shell/form.tsx'
import { Button } from '../../ui/button.tsx'
import { Select, TextArea, TextField } from '../../ui/field.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { createAttempt, focusWrongField } from './attempt.ts'
import { makePair } from './key-pair.ts'

type Kind = SigningAlgorithm | 'own'

const kinds: { value: Kind; label: string }[] = [
  { value: 'EdDSA', label: 'A new pair: Ed25519' },
  { value: 'RS256', label: 'A new pair: RSA' },
  { value: 'own', label: 'A public key that I have' },
]
const hints: Record<Kind, string> = {
  EdDSA: 'Short tokens, signed fast. The private key is shown once and not kept here.',
  RS256: 'For libraries without Ed25519. The private key is shown once and not kept here.',
  own: 'Your private key stays with you.',
}

export function SigningKeyForm(props: {
  workspaceId: WorkspaceId
  onMade: (answer: NewSigningKey) => void
  onCancel: () => void
}) {
  const [name, setName] = createSignal('')
  const [kind, setKind] = createSignal<Kind>('EdDSA')
  const [publicKey, setPublicKey] = createSignal('')
  const [wasTried, setTried] = createSignal(false)
  const attempt = createAttempt()
  let form!: HTMLFormElement
  onMount(() => form.querySelector('input')?.focus())

  const isOwn = () => kind() === 'own'
  const nameError = () =>
    attempt.fieldError('name') ?? (wasTried() && !name().trim() ? 'Enter a name' : undefined)
  const publicKeyError = () =>
    attempt.fieldError('publicKey') ??
    (wasTried() && isOwn() && !publicKey().trim() ? 'Paste the public key' : undefined)

  /** Made in this page where the browser can, or else by the server, which forgets it. */
  async function make(): Promise<NewSigningKey> {
    const chosen = kind()
    const pair = chosen === 'own' ? { publicKey: publicKey() } : await makePair(chosen)
    const wish = pair
      ? { name: name(), publicKey: pair.publicKey }
      : { name: name(), algorithm: chosen as SigningAlgorithm }
    const answer = await withStepUp(() => createSigningKey(props.workspaceId, wish))
    return pair && 'privateKey' in pair ? { ...answer, privateKey: pair.privateKey } : answer
  }

  async function submit(event: SubmitEvent) {
    event.preventDefault()
    setTried(true)
    attempt.forget()
    const isFit = !nameError() && !publicKeyError()
    const isDone = isFit && (await attempt.run(async () => props.onMade(await make())))
    if (!isDone) focusWrongField(form)
  }

  return (
    <form
      ref={(element) => {
        form = element
        keepFocus(element)
      }}
      aria-label='New signing key'
      class='grid gap-5 rounded-frame border border-line bg-surface p-4 sm:p-5'
      method='post'
      novalidate
      onSubmit={(event) => void submit(event)}
    >
      <Banner text={attempt.banner()} />
      <div class='grid items-start gap-5 sm:grid-cols-2'>
        <TextField
          label='Name'
          value={name()}
          maxlength={60}
          required
          autocomplete='off'
          hint='Where it will be used: “Shop server”'
          error={nameError()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label='Key pair'
          value={kind()}
          options={kinds}
          hint={hints[kind()]}
          onChange={setKind}
        />
      </div>
      <Show when={isOwn()}>
        <TextArea
          label='Public key'
          value={publicKey()}
          required
          spellcheck={false}
          autocomplete='off'
          placeholder='-----BEGIN PUBLIC KEY-----'
          hint='PEM or JWK; Ed25519, or RSA from 2048 bits on'
          error={publicKeyError()}
          onInput={(event) => setPublicKey(event.currentTarget.value)}
        />
      </Show>
      <div class='flex flex-wrap gap-2'>
        <Button type='submit' look='primary' isBusy={attempt.isBusy()}>
          {isOwn() ? 'Add key' : 'Make key'}
        </Button>
        <Button look='quiet' onClick={() => props.onCancel()}>
          Not now
        </Button>
      </div>
    </form>
  )
}
