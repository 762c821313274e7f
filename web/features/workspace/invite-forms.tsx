import { createSignal, Show } from 'solid-js'
import type { GivenRole } from '#contracts/member.ts'
import type { InvitationWish, NewInvitation } from '../../api/member.ts'
import { createInvitation } from '../../api/member.ts'
import { keys, queryClient } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { Select, TextField } from '../../ui/field.tsx'
import { formatDateTime, plural } from '../../ui/format.ts'
import { notify } from '../../ui/toast.tsx'
import { createAttempt, focusWrongField } from './attempt.ts'
import { Banner } from '../../shell/form.tsx'
import type { CurrentWorkspace } from './data.ts'
import { ShownOnce } from './once.tsx'
import { givableRoles } from './policy.ts'
import { Section } from './section.tsx'
import { asRole, roleOptions, roleWords } from './words.ts'

type FormEvent = SubmitEvent & { currentTarget: HTMLFormElement }

async function invite(current: CurrentWorkspace, wish: InvitationWish): Promise<NewInvitation> {
  const made = await createInvitation(current.id, wish)
  void queryClient.invalidateQueries({ queryKey: keys.invitations(current.id) })
  return made
}

export function InviteForms(props: { current: CurrentWorkspace }) {
  return (
    <>
      <Section
        title='Invite by mail'
        lead='The mail holds a link that only this address can use, once, for a week.'
      >
        <MailForm current={props.current} />
      </Section>
      <Section
        title='Or make a link'
        lead='For a chat or a meeting. Whoever has the link can use it, for a week.'
      >
        <LinkForm current={props.current} />
      </Section>
    </>
  )
}

function RoleField(props: {
  current: CurrentWorkspace
  value: GivenRole
  onChange: (role: GivenRole) => void
}) {
  return (
    <Select
      label='Role'
      value={props.value}
      options={roleOptions(givableRoles(props.current.role()))}
      hint={roleWords[props.value]}
      onChange={props.onChange}
    />
  )
}

const formClass = 'grid items-start gap-4'
const buttonClass = 'justify-self-start sm:mt-[26px]'

function MailForm(props: { current: CurrentWorkspace }) {
  const [email, setEmail] = createSignal('')
  const [role, setRole] = createSignal<GivenRole>('editor')
  const attempt = createAttempt({ already_member: 'email' })
  let field!: HTMLFormElement

  async function send(event: FormEvent) {
    event.preventDefault()
    const address = email().trim()
    const isDone = await attempt.run(async () => {
      await invite(props.current, { role: role(), email: address })
      setEmail('')
      notify(`An invitation is on its way to ${address}.`)
    })
    if (isDone) field.querySelector('input')?.focus()
    else focusWrongField(field)
  }

  return (
    <form
      ref={(element) => (field = element)}
      class='grid gap-4'
      method='post'
      onSubmit={(event) => void send(event)}
    >
      <Banner text={attempt.banner()} />
      <div class={`${formClass} sm:grid-cols-[minmax(0,1fr)_220px_auto]`}>
        <TextField
          label='E-mail'
          type='email'
          value={email()}
          required
          autocomplete='off'
          placeholder='name@example.com'
          error={attempt.fieldError('email')}
          onInput={(event) => {
            attempt.forget()
            setEmail(event.currentTarget.value)
          }}
        />
        <RoleField current={props.current} value={role()} onChange={setRole} />
        <Button type='submit' look='primary' class={buttonClass} isBusy={attempt.isBusy()}>
          Send invitation
        </Button>
      </div>
    </form>
  )
}

function LinkForm(props: { current: CurrentWorkspace }) {
  const [role, setRole] = createSignal<GivenRole>('viewer')
  const [uses, setUses] = createSignal('5')
  const [made, setMade] = createSignal<NewInvitation>()
  const attempt = createAttempt()
  let field!: HTMLFormElement

  async function make(event: FormEvent) {
    event.preventDefault()
    const isDone = await attempt.run(async () => {
      setMade(await invite(props.current, { role: role(), uses: Number(uses()) }))
    })
    if (!isDone) focusWrongField(field)
  }

  return (
    <div class='grid gap-5'>
      <form
        ref={(element) => (field = element)}
        class='grid gap-4'
        method='post'
        onSubmit={(event) => void make(event)}
      >
        <Banner text={attempt.banner()} />
        <div class={`${formClass} sm:grid-cols-[220px_150px_auto] sm:justify-start`}>
          <RoleField current={props.current} value={role()} onChange={setRole} />
          <TextField
            label='For how many'
            type='number'
            inputmode='numeric'
            min='1'
            max='50'
            required
            value={uses()}
            hint='People, 1 to 50'
            error={attempt.fieldError('uses')}
            onInput={(event) => setUses(event.currentTarget.value)}
          />
          <Button type='submit' class={buttonClass} isBusy={attempt.isBusy()}>
            Make a link
          </Button>
        </div>
      </form>
      <Show when={made()} keyed>
        {({ invitation, url }) => (
          <ShownOnce
            title='Your link'
            label='Invitation link'
            copyLabel='Copy link'
            secret={url ?? ''}
            onDone={() => setMade(undefined)}
          >
            It is shown only now. {plural(invitation.usesLeft, 'person', 'people')} can join with it{' '}
            {asRole[invitation.role]}, until {formatDateTime(invitation.endsAt)}.
          </ShownOnce>
        )}
      </Show>
    </div>
  )
}
