import Download from 'lucide-solid/icons/download'
import { createSignal } from 'solid-js'
import { deleteMe, exportMe } from '../../api/account.ts'
import { currentUser, forgetSession } from '../../api/session.ts'
import { withStepUp } from '../../api/step-up.ts'
import { Button } from '../../ui/button.tsx'
import { DangerAct, DangerZone } from '../../ui/danger-zone.tsx'
import { downloadText } from '../../ui/download.ts'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { useNavigate } from '../../ui/router.ts'
import { notify, notifyError } from '../../ui/toast.tsx'
import { EmailSection } from './email-section.tsx'
import { ProfileSection } from './profile-section.tsx'
import { Section } from './section.tsx'

export function AccountPage() {
  usePage(() => 'Account')
  return (
    <>
      <h1 class='mb-6 text-headline font-semi max-md:text-title'>Account</h1>
      <ProfileSection />
      <EmailSection />
      <ExportSection />
      <DeleteZone />
    </>
  )
}

function ExportSection() {
  const [isBusy, setBusy] = createSignal(false)

  async function download() {
    setBusy(true)
    try {
      const all = await withStepUp(exportMe)
      const day = new Date().toISOString().slice(0, 10)
      downloadText(`lantern-account-${day}.json`, JSON.stringify(all, null, 2), 'application/json')
      notify('Your data is downloaded.')
    } catch (error) {
      notifyError(error)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Section
      title='Your data'
      words='Everything that is kept about you, in one file that people and programs can read. No secret is in it.'
      action={
        <Button isBusy={isBusy()} onClick={() => void download()}>
          <Icon of={Download} size={18} />
          Download
        </Button>
      }
    />
  )
}

function DeleteZone() {
  const navigate = useNavigate()

  async function deleteAccount(email: string) {
    await withStepUp(() => deleteMe(email))
    forgetSession()
    navigate('/', { replace: true })
    notify('Your account is gone.')
  }
  return (
    <div class='border-t border-line pt-7'>
      <DangerZone>
        <DangerAct
          title='Delete my account'
          words='Your account goes, and with it every workspace that is yours alone and all its videos. Nothing brings them back.'
          actionLabel='Delete account'
          phrase={currentUser()?.email ?? ''}
          phraseLabel='Your address'
          onConfirm={deleteAccount}
        />
      </DangerZone>
    </div>
  )
}
