import Pencil from 'lucide-solid/icons/pencil'
import type { JSX } from 'solid-js'
import { createMemo, createSignal, For, Match, Show, Switch } from 'solid-js'
import type { Playback, Video } from '#contracts/video.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { createClock } from '../../ui/clock.ts'
import { formatDate, formatDuration } from '../../ui/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { statusLine, timeLeftLine } from '../../ui/status-line.ts'
import { PlayLine } from '../../ui/video-state.tsx'
import { visibilityHints, visibilityOptions } from '../../ui/visibility.ts'
import { momentPath, toParts } from './description.ts'
import { DownloadMenu } from './download-menu.tsx'
import { ShareMenu, actionClass } from './share-menu.tsx'

interface AboutProps {
  video: Video
  playback: Playback | undefined
  positionMs: number
  onSeek: (ms: number) => void
}

/** Title, channel, actions, facts and description. */
export function About(props: AboutProps) {
  return (
    <>
      <h1 class='mt-6 mb-3.5 text-title font-strong wrap-anywhere max-md:mt-4 max-md:mb-3 max-md:text-[22px] max-md:leading-7'>
        {props.video.title}
      </h1>
      <Show when={isGettingSharper(props.video)}>
        <div class='-mt-1.5 mb-4'>
          <PlayLine plays rest={timeLeftLine(props.video)}>
            {statusLine(props.video)}
          </PlayLine>
        </div>
      </Show>
      <div class='flex flex-wrap items-center gap-x-3 gap-y-4'>
        <Avatar name={props.video.channel.name} />
        <div class='min-w-0'>
          <p class='truncate text-list leading-5 font-semi'>{props.video.channel.name}</p>
          <p class='truncate text-meta text-ink-3'>@{props.video.channel.handle}</p>
        </div>
        <div class='ml-auto flex flex-wrap gap-2 max-sm:ml-0 max-sm:w-full'>
          <ShareMenu video={props.video} positionMs={props.positionMs} />
          <Show when={props.playback?.downloads.length ? props.playback : undefined}>
            {(playback) => <DownloadMenu playback={playback()} triggerClass={actionClass} />}
          </Show>
          <Show when={props.video.canEdit}>
            <ButtonLink href={`/studio/videos/${props.video.id}`}>
              <Icon of={Pencil} size={18} />
              Edit in studio
            </ButtonLink>
          </Show>
        </div>
      </div>
      <div
        class='mt-6 grid gap-x-8 gap-y-4 border-t border-line pt-5'
        classList={{ 'md:grid-cols-[170px_minmax(0,62ch)]': props.video.description !== '' }}
      >
        <Facts video={props.video} />
        <Description video={props.video} onSeek={props.onSeek} />
      </div>
    </>
  )
}

/** Why it may look soft for now. */
const isGettingSharper = ({ status, playable }: Video) =>
  playable && (status === 'processing' || status === 'uploading')

function Facts(props: { video: Video }) {
  const now = createClock()
  const visibility = () =>
    visibilityOptions.find((option) => option.value === props.video.visibility)?.label
  return (
    <dl
      class='num flex flex-wrap content-start gap-x-8 gap-y-3.5'
      classList={{ 'md:flex-col': props.video.description !== '' }}
    >
      <Fact name={props.video.publishedAt ? 'Published' : 'Uploaded'}>
        {formatDate(props.video.publishedAt ?? props.video.createdAt, now())}
      </Fact>
      <Show when={props.video.durationMs}>
        {(durationMs) => <Fact name='Length'>{formatDuration(durationMs())}</Fact>}
      </Show>
      <Fact name='Who can see it'>
        <span title={visibilityHints[props.video.visibility]}>{visibility()}</span>
      </Fact>
    </dl>
  )
}

function Fact(props: { name: string; children: JSX.Element }) {
  return (
    <div>
      <dt class='text-meta leading-4 text-ink-3'>{props.name}</dt>
      <dd class='text-list font-semi'>{props.children}</dd>
    </div>
  )
}

const LONG_CHARACTERS = 420
const LONG_LINES = 6

function Description(props: { video: Video; onSeek: (ms: number) => void }) {
  const parts = createMemo(() => toParts(props.video.description, props.video.durationMs))
  const [openId, setOpenId] = createSignal<string>()
  const isOpen = () => openId() === props.video.id
  const isLong = () =>
    props.video.description.length > LONG_CHARACTERS ||
    props.video.description.split('\n').length > LONG_LINES

  function seek(event: MouseEvent, ms: number) {
    // With a modifier the viewer wants the address in another tab.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    props.onSeek(ms)
  }
  return (
    <Show when={props.video.description}>
      <div class='min-w-0'>
        <p
          class='text-read whitespace-pre-line text-ink-2 wrap-anywhere max-md:text-list'
          classList={{ 'line-clamp-5': isLong() && !isOpen() }}
        >
          <For each={parts()}>
            {(part) => (
              <Switch fallback={part.text}>
                <Match when={part.kind === 'time' && part}>
                  {(time) => (
                    <a
                      href={momentPath(props.video.id, time().ms)}
                      class='num font-semi text-time-ink underline decoration-1 underline-offset-3'
                      onClick={(event) => seek(event, time().ms)}
                    >
                      {time().text}
                    </a>
                  )}
                </Match>
                <Match when={part.kind === 'link' && part}>
                  {(link) => (
                    <a
                      href={link().url}
                      class='link underline underline-offset-3'
                      rel='nofollow ugc noopener noreferrer'
                      target='_blank'
                    >
                      {link().text}
                    </a>
                  )}
                </Match>
              </Switch>
            )}
          </For>
        </p>
        <Show when={isLong()}>
          <button
            type='button'
            class='link mt-2 min-h-8 text-list pointer-coarse:min-h-11'
            aria-expanded={isOpen()}
            onClick={() => setOpenId(isOpen() ? undefined : props.video.id)}
          >
            {isOpen() ? 'Show less' : 'Show more'}
          </button>
        </Show>
      </div>
    </Show>
  )
}
