import { For } from 'solid-js'
import { Bone, Skeleton } from '../../ui/state.tsx'

/** The shapes of the page, where they will stand. */
export function HomeSkeleton() {
  return (
    <Skeleton label='Loading videos' class='grid gap-10'>
      <div class='grid gap-9 max-md:-mx-4 max-md:gap-6 md:grid-cols-[minmax(0,1.62fr)_minmax(0,1fr)]'>
        <Bone class='aspect-[16/8.6] rounded-frame! max-md:aspect-[4/3] max-md:rounded-none!' />
        <div class='grid content-start gap-4 max-md:px-4'>
          <Bone class='h-6 w-28' />
          <For each={[1, 2, 3]}>
            {() => (
              <div class='grid grid-cols-[188px_1fr] items-center gap-4 max-lg:grid-cols-[132px_1fr] max-md:grid-cols-[150px_1fr]'>
                <Bone class='aspect-video rounded-ctl!' />
                <div class='grid gap-2'>
                  <Bone class='h-4 w-4/5' />
                  <Bone class='h-3.5 w-2/5' />
                </div>
              </div>
            )}
          </For>
        </div>
      </div>
      <div class='grid gap-x-6 gap-y-[30px] sm:grid-cols-2 md:grid-cols-3 lg:grid-cols-4'>
        <For each={[1, 2, 3, 4]}>
          {() => (
            <div class='grid gap-3'>
              <Bone class='aspect-video rounded-[12px]!' />
              <Bone class='h-4 w-4/5' />
            </div>
          )}
        </For>
      </div>
    </Skeleton>
  )
}
