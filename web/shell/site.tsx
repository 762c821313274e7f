import type { RouteSectionProps } from '../ui/router.ts'
import { Header } from './header.tsx'

/** Pages for viewers: a bar on top and the whole width below. */
export function Site(props: RouteSectionProps) {
  return (
    <>
      <Header />
      <main
        id='main'
        tabindex={-1}
        class='mx-auto max-w-[1560px] px-gutter pt-3 pb-24 max-md:pb-[calc(96px+env(safe-area-inset-bottom))]'
      >
        {props.children}
      </main>
    </>
  )
}
