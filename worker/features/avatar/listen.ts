import type { Listener } from '../../core/record.ts'
import { deletePicture } from './service.ts'

/** An account that is gone takes its picture along. */
export const removePictures: Listener = async (ctx, event) => {
  if (event.kind !== 'user.deleted') return
  const { avatar } = event.data
  if (typeof avatar === 'string') await deletePicture(ctx, avatar)
}
