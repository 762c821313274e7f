import Compass from 'lucide-solid/icons/compass'
import { ButtonLink } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { usePage } from '../ui/page.ts'

export function NotFoundPage() {
  usePage(() => 'Not found')
  return (
    <div class='mx-auto grid max-w-[560px] justify-items-center gap-4 py-24 text-center max-md:py-16'>
      <span class='grid size-16 place-items-center rounded-full bg-time-soft text-time-ink'>
        <Icon of={Compass} size={30} />
      </span>
      <h1 class='text-headline font-semi'>Nothing is lit here</h1>
      <p class='text-read text-ink-2'>
        The address is wrong, or what stood here was taken down by its owner.
      </p>
      <ButtonLink href='/' look='primary' class='mt-2'>
        To the newest videos
      </ButtonLink>
    </div>
  )
}
