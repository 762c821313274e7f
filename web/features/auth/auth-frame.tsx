import type { JSX } from 'solid-js'
import { createEffect, on } from 'solid-js'
import { BrandMark } from '../../ui/brand.tsx'

interface FrameProps {
  title: string
  lead?: JSX.Element
  children?: JSX.Element
  foot?: JSX.Element
}

/** A narrow page of one act. Another title is another step: the focus goes to it. */
export function AuthFrame(props: FrameProps) {
  let heading!: HTMLHeadingElement
  createEffect(
    on(
      () => props.title,
      () => heading.focus(),
      { defer: true },
    ),
  )
  return (
    <div class='mx-auto grid max-w-[400px] gap-6 pt-[8vh] max-md:pt-8'>
      <div class='grid gap-2'>
        <BrandMark class='mb-3 size-11! rounded-frame!' />
        <h1
          ref={(element) => (heading = element)}
          tabindex={-1}
          class='text-headline font-semi outline-none'
        >
          {props.title}
        </h1>
        <div class='text-read text-pretty text-ink-2 empty:hidden' role='status'>
          {props.lead}
        </div>
      </div>
      {props.children}
      <p class='text-ink-2 empty:hidden'>{props.foot}</p>
    </div>
  )
}
