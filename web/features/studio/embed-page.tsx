import { useQuery } from '@tanstack/solid-query'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import { createSignal, createUniqueId, Match, Show, Switch } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { keys } from '../../api/query.ts'
import { getPlayback, getVideo } from '../../api/video.ts'
import { findToken } from '../../player/token.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { A, useParams } from '../../ui/router.ts'
import { Bone, ErrorState, Skeleton } from '../../ui/state.tsx'
import { type EmbedChoice, embedCode, embedPath, usualChoice } from './embed-address.ts'
import { EmbedOptions } from './embed-options.tsx'

/** The code that shows a video on another page, with the frame as it will be. */
export function EmbedPage() {
  const params = useParams<{ videoId: string }>()
  const query = useQuery(() => ({
    queryKey: keys.video(params.videoId),
    queryFn: ({ signal }) => getVideo(params.videoId, signal),
  }))
  usePage(() => 'Embed')
  return (
    <>
      <A
        href={`/studio/videos/${params.videoId}`}
        class='mb-4 -ml-2 inline-flex min-h-8 items-center gap-1.5 rounded-ctl px-2 font-medium text-ink-2 hover:text-ink'
      >
        <Icon of={ArrowLeft} size={18} />
        {query.data?.title ?? 'Video'}
      </A>
      <h1 class='text-headline font-semi max-md:text-title'>Embed this video</h1>
      <Switch>
        <Match when={query.isPending}>
          <Skeleton label='Loading the video' class='mt-6 grid gap-6'>
            <Bone class='h-72 w-full' />
          </Skeleton>
        </Match>
        <Match when={query.isError}>
          <ErrorState error={query.error} onRetry={() => void query.refetch()} />
        </Match>
        <Match when={query.data}>{(video) => <Maker video={video()} />}</Match>
      </Switch>
    </>
  )
}

function Maker(props: { video: Video }) {
  const [choice, setChoice] = createSignal(usualChoice)
  const change = (part: Partial<EmbedChoice>) => setChoice({ ...choice(), ...part })
  const code = () => embedCode(location.origin, props.video, choice())
  const codeId = createUniqueId()

  return (
    <div class='mt-6 grid gap-x-10 gap-y-8 md:grid-cols-[minmax(0,1fr)_340px]'>
      <div class='grid min-w-0 content-start gap-6'>
        <Preview video={props.video} path={embedPath(props.video.id, choice())} />
        <div class='grid gap-2'>
          <div class='flex flex-wrap items-center justify-between gap-3'>
            <label for={codeId} class='font-semi'>
              Code for your page
            </label>
            <CopyButton text={code()} label='Copy code' />
          </div>
          <textarea
            id={codeId}
            class='field field-sizing-content min-h-28 font-mono text-meta'
            readonly
            value={code()}
            onFocus={(event) => event.currentTarget.select()}
          />
          <p class='text-meta text-ink-3'>
            To steer the player from your page, load <code>/embed-client.js</code> of this server as
            a module: <code>connect(frame)</code> gives play, pause, seek and the events.
          </p>
        </div>
      </div>
      <aside aria-label='Options' class='grid content-start gap-5'>
        <Note video={props.video} />
        <EmbedOptions choice={choice()} onChange={change} />
      </aside>
    </div>
  )
}

/** A private video shows itself to its maker by a token, which the code must not hold. */
function Preview(props: { video: Video; path: string }) {
  const isPrivate = () => props.video.visibility === 'private'
  const playback = useQuery(() => ({
    queryKey: keys.playback(props.video.id),
    queryFn: ({ signal }) => getPlayback(props.video.id, signal),
    enabled: isPrivate() && props.video.playable,
    staleTime: Infinity,
  }))
  const address = () => {
    if (!isPrivate()) return props.path
    const token = playback.data && findToken(playback.data.hlsUrl)
    const join = props.path.includes('?') ? '&' : '?'
    return token && `${props.path}${join}token=${encodeURIComponent(token)}`
  }
  const shape = () => `${props.video.widthPx ?? 16} / ${props.video.heightPx ?? 9}`
  return (
    <div
      class='max-h-[70vh] w-full overflow-hidden rounded-frame bg-black'
      style={{ 'aspect-ratio': shape() }}
    >
      <Show when={address()}>
        {(src) => (
          <iframe
            src={src()}
            title='Preview'
            class='size-full border-0'
            allow='autoplay; fullscreen; picture-in-picture'
          />
        )}
      </Show>
    </div>
  )
}

/** Why the frame may stay empty elsewhere. */
function Note(props: { video: Video }) {
  const words = () => {
    const { visibility, embedDomains } = props.video
    if (visibility === 'private')
      return 'This video is private: on other sites the frame says that it is not available, unless its address carries a token.'
    if (embedDomains?.length === 0) return 'No site may embed this video.'
    if (embedDomains) return `Only on ${embedDomains.join(', ')}.`
    return undefined
  }
  return (
    <Show when={words()}>
      {(text) => <p class='rounded-ctl bg-sunken px-4 py-3 wrap-anywhere text-ink-2'>{text()}</p>}
    </Show>
  )
}
