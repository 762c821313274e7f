import type { Role } from '#contracts/auth.ts'
import type { PictureCodec } from '#contracts/ladder.ts'

/** Owners and admins set rules for a workspace; editors and viewers read them. */
export const canChangeSettings = (role: Role | undefined): boolean =>
  role === 'owner' || role === 'admin'

const order: PictureCodec[] = ['h264', 'hevc', 'av1']

/** Always in one order, and never without H.264. */
export const toggleCodec = (
  codecs: PictureCodec[],
  codec: PictureCodec,
  isOn: boolean,
): PictureCodec[] =>
  order.filter((one) => one === 'h264' || (one === codec ? isOn : codecs.includes(one)))

/** What of all that was chosen is not saved yet; a field that was chosen anew meanwhile is not. */
export const leftOf = <Change extends object>(chosen: Change, saved: Change): Change =>
  Object.fromEntries(
    Object.entries(chosen).filter(([name, value]) => saved[name as keyof Change] !== value),
  ) as Change
