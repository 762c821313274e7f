import { useQuery } from '@tanstack/solid-query'
import { Show } from 'solid-js'
import { keys } from '../../api/query.ts'
import { getVideoQuality } from '../../api/video.ts'
import { qualityWords } from './quality-words.ts'

/** A line that is not there until it has something to say, and not at all where it cannot. */
export function PlayQuality(props: { videoId: string }) {
  const query = useQuery(() => ({
    queryKey: keys.quality(props.videoId),
    queryFn: ({ signal }) => getVideoQuality(props.videoId, signal),
  }))
  const words = () => (query.isSuccess ? qualityWords(query.data) : undefined)
  return (
    <Show when={words()}>
      {(text) => <p class='num border-t border-line pt-5 text-meta text-ink-2'>{text()}</p>}
    </Show>
  )
}
