import { createSignal, Show } from 'solid-js'
import type { Video } from '#contracts/video.ts'
import { Select, TextField } from '../../ui/field.tsx'
import type { Span } from './limits.ts'
import { PartFields } from './part-fields.tsx'
import { PartPlayer } from './part-player.tsx'
import { sizes } from './words.ts'

/** As typed. */
export interface Limits {
  isPart: boolean
  span: Span
  size: string
  sites: string
  plays: string
  streams: string
}

export const noLimits: Limits = {
  ...{ isPart: false, span: { from: '', to: '' } },
  ...{ size: '', sites: '', plays: '', streams: '' },
}

export function LimitFields(props: {
  video: Video
  limits: Limits
  errorOf: (name: 'clip' | 'domains' | 'maxPlays' | 'maxStreams') => string | undefined
  onChange: (limits: Limits) => void
}) {
  const [positionMs, setPosition] = createSignal(0)
  const set = (change: Partial<Limits>) => props.onChange({ ...props.limits, ...change })
  const shortSidePx = () => Math.min(props.video.widthPx ?? 0, props.video.heightPx ?? 0)
  return (
    <div class='grid gap-5'>
      <label class='flex min-h-8 items-center gap-2.5 font-semi pointer-coarse:min-h-11'>
        <input
          type='checkbox'
          class='size-[18px] accent-action'
          checked={props.limits.isPart}
          onChange={(event) => set({ isPart: event.currentTarget.checked })}
        />
        Only a part of the video
      </label>
      <Show when={props.limits.isPart}>
        <Show when={props.video.playable}>
          <PartPlayer video={props.video} onPosition={setPosition} />
        </Show>
        <PartFields
          span={props.limits.span}
          error={props.errorOf('clip')}
          positionMs={props.video.playable ? positionMs : undefined}
          onChange={(span) => set({ span })}
        />
      </Show>
      <Show when={props.video.hasVideo}>
        <Select
          label='Largest picture'
          value={props.limits.size}
          options={sizes(shortSidePx() || undefined)}
          onChange={(size) => set({ size })}
        />
      </Show>
      <TextField
        label='Only on these sites'
        value={props.limits.sites}
        autocomplete='off'
        spellcheck={false}
        placeholder='example.com, *.example.com'
        hint='Where it is embedded. Empty: on any site'
        error={props.errorOf('domains')}
        onInput={(event) => set({ sites: event.currentTarget.value })}
      />
      <div class='grid grid-cols-2 items-start gap-3'>
        <TextField
          label='How often'
          value={props.limits.plays}
          inputmode='numeric'
          autocomplete='off'
          placeholder='Any number'
          hint='Times it may be started'
          error={props.errorOf('maxPlays')}
          onInput={(event) => set({ plays: event.currentTarget.value })}
        />
        <TextField
          label='Devices at once'
          value={props.limits.streams}
          inputmode='numeric'
          autocomplete='off'
          placeholder='Any number'
          hint='That may play it together'
          error={props.errorOf('maxStreams')}
          onInput={(event) => set({ streams: event.currentTarget.value })}
        />
      </div>
    </div>
  )
}
