import { createSignal } from 'solid-js'
import { sendVerification } from '../../api/account.ts'
import { currentUser } from '../../api/session.ts'
import { Button } from '../../ui/button.tsx'
import { problemText } from '../../api/problem.ts'
import { notify, notifyError } from '../../ui/toast.tsx'

/** Mails the link that confirms the address once more. */
export function SendLinkAgain(props: {
  label: string
  look?: 'primary' | 'secondary'
  size?: 'small' | 'normal'
}) {
  const [isBusy, setBusy] = createSignal(false)

  async function send() {
    setBusy(true)
    try {
      await sendVerification()
      notify(`We sent a link to ${currentUser()?.email}. It works for a day.`)
    } catch (error) {
      notifyError(new Error(problemText(error), { cause: error }))
    } finally {
      setBusy(false)
    }
  }

  return (
    <Button
      look={props.look ?? 'secondary'}
      size={props.size ?? 'normal'}
      isBusy={isBusy()}
      onClick={() => void send()}
    >
      {props.label}
    </Button>
  )
}
