import KeyRound from 'lucide-solid/icons/key-round'
import { createSignal, Show } from 'solid-js'
import { hasPasskeys } from '../../api/passkey.ts'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../shell/form.tsx'
import { Icon } from '../../ui/icon.tsx'
import { problemText } from '../../api/problem.ts'

/** Absent where the browser has no passkeys. Tells what went wrong under itself. */
export function PasskeyButton(props: {
  label: string
  look?: 'primary' | 'secondary'
  run: () => Promise<void>
}) {
  const [error, setError] = createSignal<string>()
  const [isBusy, setBusy] = createSignal(false)

  async function press() {
    setBusy(true)
    setError(undefined)
    try {
      await props.run()
    } catch (failure) {
      setError(problemText(failure))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Show when={hasPasskeys()}>
      <div class='grid gap-3'>
        <Button
          class='w-full'
          look={props.look ?? 'secondary'}
          isBusy={isBusy()}
          onClick={() => void press()}
        >
          <Icon of={KeyRound} size={18} />
          {props.label}
        </Button>
        <Banner text={error()} />
      </div>
    </Show>
  )
}
