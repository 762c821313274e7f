import { createSignal } from 'solid-js'
import { updateMe } from '../../api/account.ts'
import { createAutosave } from '../../api/autosave.ts'
import { currentUser, takeUser } from '../../api/session.ts'
import { TextArea, TextField } from '../../ui/field.tsx'
import { SaveNote } from '../../ui/save-note.tsx'
import { AvatarChoice } from './avatar-choice.tsx'
import { Section } from './section.tsx'

const maxBio = 500

/** What others see beside videos; saved as one types. */
export function ProfileSection() {
  const atStart = { displayName: currentUser()?.displayName, bio: currentUser()?.bio ?? '' }
  const [isNamed, setNamed] = createSignal(true)
  const [bioLength, setBioLength] = createSignal(atStart.bio.length)
  const autosave = createAutosave<{ displayName?: string; bio?: string }>(async (change) =>
    takeUser(await updateMe(change)),
  )

  function rename(displayName: string) {
    const isGiven = displayName.trim() !== ''
    setNamed(isGiven)
    if (isGiven) autosave.type({ displayName })
    else autosave.hold('displayName')
  }
  function describe(bio: string) {
    setBioLength(bio.length)
    autosave.type({ bio })
  }

  return (
    <Section title='Profile' words='Shown beside your videos. Changes are saved as you type.'>
      <div class='grid gap-6 sm:grid-cols-[auto_minmax(0,1fr)] sm:gap-8'>
        <AvatarChoice />
        <div class='grid max-w-[480px] content-start gap-5'>
          <TextField
            label='Name'
            value={atStart.displayName ?? ''}
            maxlength={80}
            autocomplete='name'
            error={isNamed() ? undefined : 'Enter a name. The last one is kept until then.'}
            onInput={(event) => rename(event.currentTarget.value)}
          />
          <TextArea
            label='About you'
            value={atStart.bio}
            maxlength={maxBio}
            rows={4}
            hint={`${bioLength()} of ${maxBio} characters`}
            onInput={(event) => describe(event.currentTarget.value)}
          />
          <SaveNote
            state={autosave.state()}
            error={autosave.error()}
            onRetry={() => void autosave.retry()}
          />
        </div>
      </div>
    </Section>
  )
}
