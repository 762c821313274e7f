import { createSignal, createUniqueId, onCleanup, Show } from 'solid-js'
import { putAvatar, removeAvatar } from '../../api/account.ts'
import { currentUser, takeUser } from '../../api/session.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Button } from '../../ui/button.tsx'
import { Banner } from '../../shell/form.tsx'
import { problemText } from '../../api/problem.ts'
import { notify } from '../../ui/toast.tsx'
import { cutSquare } from './picture.ts'

/** The picture beside the name: chosen or dropped, cut here, shown before the server has it. */
export function AvatarChoice() {
  const id = createUniqueId()
  const [preview, setPreview] = createSignal<string>()
  const [isBusy, setBusy] = createSignal(false)
  const [isOver, setOver] = createSignal(false)
  const [error, setError] = createSignal<string>()
  let input!: HTMLInputElement
  const url = () => preview() ?? currentUser()?.avatarUrl

  function show(picture: Blob | undefined) {
    const old = preview()
    if (old) URL.revokeObjectURL(old)
    setPreview(picture && URL.createObjectURL(picture))
  }
  onCleanup(() => show(undefined))

  async function attempt(act: () => Promise<void>) {
    if (isBusy()) return
    setBusy(true)
    setError(undefined)
    try {
      await act()
    } catch (failure) {
      show(undefined)
      setError(problemText(failure))
    } finally {
      setBusy(false)
    }
  }
  const use = (file: File | undefined) =>
    file &&
    attempt(async () => {
      const picture = await cutSquare(file)
      show(picture)
      takeUser(await putAvatar(picture))
      notify('Your picture is saved.')
    })
  const remove = () =>
    attempt(async () => {
      await removeAvatar()
      show(undefined)
      const user = currentUser()
      if (user) takeUser({ ...user, avatarUrl: null })
      input.focus() // its button goes
    })

  return (
    <div class='grid content-start justify-items-start gap-3'>
      <div
        class='rounded-full p-1 outline-2 -outline-offset-2 outline-transparent outline-dashed'
        classList={{ 'outline-action!': isOver() }}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          void use(event.dataTransfer?.files[0])
        }}
      >
        <Avatar name={currentUser()?.displayName ?? ''} url={url()} size='large' />
      </div>
      <div class='flex flex-wrap gap-2'>
        {/* The input itself is what the keyboard finds; its label is what the pointer finds. */}
        <span class='relative'>
          <input
            ref={(element) => (input = element)}
            id={id}
            type='file'
            accept='image/*'
            class='peer absolute inset-0 opacity-0'
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
              void use(event.currentTarget.files?.[0])
              event.currentTarget.value = '' // the same file may be chosen again
            }}
          />
          <label
            for={id}
            class='relative inline-flex min-h-8 cursor-pointer items-center rounded-ctl border border-line bg-surface px-3 text-meta font-semi outline-offset-2 outline-action peer-focus-visible:outline-2 hover:border-edge pointer-coarse:min-h-11'
          >
            {isBusy() ? 'Saving…' : 'Choose a picture'}
          </label>
        </span>
        <Show when={currentUser()?.avatarUrl}>
          <Button size='small' look='quiet' isResting={isBusy()} onClick={() => void remove()}>
            Remove
          </Button>
        </Show>
      </div>
      <p id={`${id}-hint`} class='max-w-[24ch] text-meta text-ink-3'>
        Or drop one on the circle. Its middle is cut to a square.
      </p>
      <Banner text={error()} />
    </div>
  )
}
