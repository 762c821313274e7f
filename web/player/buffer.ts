/** Less than this ahead and the film stands, or is about to. */
const ENOUGH_SECONDS = 0.3
/** Ranges may leave so much open between two segments. */
const HOLE_SECONDS = 0.1

type Media = Pick<HTMLVideoElement, 'buffered' | 'currentTime' | 'duration'>

/** The end of the range that the playhead stands in; undefined where it stands in none. */
export function bufferedTo({ buffered, currentTime }: Media): number | undefined {
  for (let place = 0; place < buffered.length; place++) {
    const [start, end] = [buffered.start(place), buffered.end(place)]
    if (start - HOLE_SECONDS <= currentTime && currentTime <= end) return end
  }
  return undefined
}

/** Seconds of film that are there from the playhead on. */
export const secondsAhead = (media: Media): number =>
  (bufferedTo(media) ?? media.currentTime) - media.currentTime

/** Nothing is left to play, though the film is not over. */
export function isStarved(media: Media): boolean {
  const end = bufferedTo(media)
  if (end !== undefined && end >= media.duration - HOLE_SECONDS) return false
  return secondsAhead(media) < ENOUGH_SECONDS
}
