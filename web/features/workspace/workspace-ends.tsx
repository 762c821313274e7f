import { useQuery } from '@tanstack/solid-query'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { listMembers, removeMember, transferWorkspace } from '../../api/member.ts'
import { keys, queryClient } from '../../api/query.ts'
import { currentUser } from '../../api/session.ts'
import { withStepUp } from '../../api/step-up.ts'
import { deleteWorkspace } from '../../api/workspace.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DangerAct, DangerZone } from '../../ui/danger-zone.tsx'
import { Select } from '../../ui/field.tsx'
import { useNavigate } from '../../ui/router.ts'
import { notify } from '../../ui/toast.tsx'
import type { CurrentWorkspace } from './data.ts'
import { turnAwayFrom } from './leave.ts'
import { reloadAfterMyDoing } from './membership-watch.ts'
import { canDeleteWorkspace, canLeave, canTransfer } from './policy.ts'

/** Handing over, leaving, deleting: each for those who may. */
export function WorkspaceEnds(props: { current: CurrentWorkspace }) {
  const navigate = useNavigate()
  const role = () => props.current.role()

  async function remove(typed: string) {
    const [id, name] = [props.current.id, props.current.name()]
    await withStepUp(() => deleteWorkspace(id, typed.toLowerCase()))
    await turnAwayFrom(id, navigate)
    notify(`${name} is deleted.`)
  }

  return (
    <DangerZone>
      <Show when={canTransfer(role())}>
        <Transfer current={props.current} />
      </Show>
      <Switch>
        <Match when={canLeave(role())}>
          <Leave current={props.current} />
        </Match>
        <Match when={role() === 'owner'}>
          <p class='py-4 text-pretty text-ink-2'>
            You are the owner, so you cannot leave: hand the workspace over first.
          </p>
        </Match>
      </Switch>
      <Show when={canDeleteWorkspace(role())}>
        <DangerAct
          title='Delete the workspace'
          words='All of its videos go with it, for everybody, and every link stops working. This cannot be taken back.'
          actionLabel='Delete workspace'
          phrase={props.current.workspace()?.handle ?? ''}
          phraseLabel='Handle of the workspace'
          onConfirm={remove}
        />
      </Show>
    </DangerZone>
  )
}

function Transfer(props: { current: CurrentWorkspace }) {
  const [heir, setHeir] = createSignal('')
  const [isAsking, setAsking] = createSignal(false)
  const members = useQuery(() => ({
    queryKey: keys.members(props.current.id),
    queryFn: ({ signal }) => listMembers(props.current.id, signal),
  }))
  const others = () =>
    members.isSuccess ? members.data.items.filter((member) => !member.isMe) : []
  const chosen = () => others().find(({ userId }) => userId === heir())

  async function transfer() {
    const member = chosen()!
    await withStepUp(() => transferWorkspace(props.current.id, member.userId))
    setHeir('')
    notify(`${member.displayName} owns ${props.current.name()} now.`)
    await reloadAfterMyDoing()
    void queryClient.invalidateQueries({ queryKey: keys.members(props.current.id) })
  }

  return (
    <div class='flex flex-wrap items-end justify-between gap-x-8 gap-y-3 py-4'>
      <div class='min-w-0 flex-1 basis-[280px]'>
        <h3 class='font-semi'>Hand it over</h3>
        <p class='mt-0.5 max-w-[62ch] text-pretty text-ink-2'>
          Another member becomes the owner, and you stay as an admin.
        </p>
        <Show
          when={others().length}
          fallback={
            <Show when={members.isSuccess}>
              <p class='mt-2 text-meta text-ink-3'>There is nobody else here yet.</p>
            </Show>
          }
        >
          <div class='mt-3 max-w-[320px]'>
            <Select
              label='New owner'
              value={heir()}
              options={[
                { value: '', label: 'Choose a member' },
                ...others().map(({ userId, displayName, email }) => ({
                  value: userId as string,
                  label: `${displayName} (${email})`,
                })),
              ]}
              onChange={setHeir}
            />
          </div>
        </Show>
      </div>
      <Show when={others().length}>
        <Button
          class='border-danger/50! text-danger hover:border-danger!'
          isResting={!chosen()}
          onClick={() => setAsking(true)}
        >
          Hand over
        </Button>
      </Show>
      <Confirm
        isOpen={isAsking()}
        title={`Hand ${props.current.name()} over?`}
        actionLabel='Hand it over'
        keepLabel='Stay the owner'
        onConfirm={transfer}
        onClose={() => setAsking(false)}
      >
        {chosen()?.displayName} will own it and may remove you or delete it. Only they can give it
        back.
      </Confirm>
    </div>
  )
}

function Leave(props: { current: CurrentWorkspace }) {
  const navigate = useNavigate()
  const [isAsking, setAsking] = createSignal(false)

  async function leave() {
    const [id, name] = [props.current.id, props.current.name()]
    await removeMember(id, currentUser()!.id)
    await turnAwayFrom(id, navigate)
    notify(`You have left ${name}.`)
  }

  return (
    <div class='flex flex-wrap items-center justify-between gap-x-8 gap-y-3 py-4'>
      <div class='min-w-0 flex-1 basis-[280px]'>
        <h3 class='font-semi'>Leave the workspace</h3>
        <p class='mt-0.5 max-w-[62ch] text-pretty text-ink-2'>
          You lose access at once, and API keys that you made stop working. To come back you need a
          new invitation.
        </p>
      </div>
      <Button
        class='border-danger/50! text-danger hover:border-danger!'
        onClick={() => setAsking(true)}
      >
        Leave
      </Button>
      <Confirm
        isOpen={isAsking()}
        title={`Leave ${props.current.name()}?`}
        actionLabel='Leave'
        keepLabel='Stay'
        onConfirm={leave}
        onClose={() => setAsking(false)}
      >
        What you uploaded stays with the workspace.
      </Confirm>
    </div>
  )
}
