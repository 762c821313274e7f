import Maximize from 'lucide-solid/icons/maximize-2'
import X from 'lucide-solid/icons/x'
import { createEffect, on, Show } from 'solid-js'
import { sessionStatus } from '../../api/session.ts'
import { IconButton } from '../../ui/button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { A } from '../../ui/router.ts'
import { setSmallSlot, smallFilm } from './small-film.ts'

/** The film of a watch page that was left while it played. Always there, so that it can move in. */
export function SmallPlayer() {
  // Whoever signs out leaves nothing of theirs on the screen.
  createEffect(
    on(sessionStatus, (now, before) => {
      if (before === 'signed-in' && now === 'signed-out') smallFilm()?.close()
    }),
  )
  return (
    <aside
      aria-label='Playing'
      hidden={!smallFilm()}
      class='fixed right-4 bottom-[calc(72px+env(safe-area-inset-bottom))] z-30 w-[min(340px,calc(100vw-32px))] overflow-hidden rounded-frame border border-line bg-raised shadow-2 motion-safe:animate-[rise_260ms_var(--ease)] max-md:w-[min(260px,calc(100vw-32px))] md:right-6 md:bottom-6 [body:has([data-tray])_&]:bottom-[200px]'
    >
      <div ref={setSmallSlot} class='aspect-video w-full bg-black' />
      <Show when={smallFilm()}>
        {(film) => (
          <div class='flex items-center gap-1 py-1 pr-1 pl-3'>
            <A
              href={`/watch/${film().videoId}`}
              class='flex min-h-10 min-w-0 flex-1 items-center gap-2 rounded-tag font-semi pointer-coarse:min-h-11'
              title='Back to the video'
            >
              <span class='truncate'>{film().title}</span>
              <Icon of={Maximize} size={16} class='ml-auto shrink-0 text-ink-3' />
            </A>
            <IconButton label='Close the player' onClick={() => film().close()}>
              <Icon of={X} size={18} />
            </IconButton>
          </div>
        )}
      </Show>
    </aside>
  )
}
