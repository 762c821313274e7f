import { createMemo, createSignal, Show } from 'solid-js'
import { TextField } from '../../ui/field.tsx'
import { usePage } from '../../ui/page.ts'
import { useLocation } from '../../ui/router.ts'
import { readHeld } from './held.ts'
import { NarrowForm } from './narrow-form.tsx'

/** The page that narrows a link, with the link already in it. */
export const sharePartPath = (link: string): string => `/share#link=${encodeURIComponent(link)}`

/** For any link that one holds. It stands behind `#`, so that it is sent to nobody. */
export function SharePartPage() {
  usePage(() => 'Share a part')
  const place = useLocation()
  const given = () => new URLSearchParams(place.hash.slice(1)).get('link') ?? ''
  const [link, setLink] = createSignal(given())
  const held = createMemo(() => readHeld(link()))
  return (
    <div class='mx-auto grid max-w-[560px] gap-6 py-10 max-md:py-4'>
      <header class='grid gap-2'>
        <h1 class='text-headline font-semi'>Share a part</h1>
        <p class='text-list text-pretty text-ink-2'>
          Makes a link that opens less than the one you have: a part of the video, for a shorter
          time, or smaller. It is made here in your browser and ends with the link it is from.
        </p>
      </header>
      <TextField
        label='Your link'
        value={link()}
        autocomplete='off'
        spellcheck={false}
        placeholder={`${location.origin}/watch/…#token=…`}
        error={link().trim() && !held() ? 'This is not a share link of a video.' : undefined}
        onInput={(event) => setLink(event.currentTarget.value)}
      />
      <Show when={held()} keyed>
        {(one) => <NarrowForm held={one} />}
      </Show>
    </div>
  )
}
