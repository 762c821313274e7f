/** The films watched one after another in this tab, for the way back with `P`. */
const trail: string[] = []

export function visit(videoId: string): void {
  if (trail.at(-1) !== videoId) trail.push(videoId)
}

/** Takes the present film off the trail; undefined when nothing lies before it. */
export function stepBack(): string | undefined {
  if (trail.length < 2) return undefined
  trail.pop()
  return trail.at(-1)
}
