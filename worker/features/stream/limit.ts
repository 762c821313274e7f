import type { UserId } from '#contracts/id.ts'
import type { Opened } from '../delivery/access.ts'
import type { CountLimit } from '../delivery/rights.ts'

/** What a request is counted in: a name for it, and how many it lets through. */
export interface Limit {
  key: string
  max: number
}

/** Does a token, or the workspace, limit how it is watched? */
export const isLimited = ({ grant: { rights }, state }: Opened): boolean =>
  rights.plays.length > 0 ||
  rights.streams.length > 0 ||
  (state.maxStreamsPerViewer !== null && rights.viewerIds.length > 0)

/**
 * The last part's first: what refuses a narrowed link uses up nothing of the link that it came from.
 * `endsAt`: epoch ms.
 */
export const playLimits = ({ grant }: Opened): (Limit & { endsAt: number })[] =>
  grant.rights.plays.toReversed().map(({ level, max, endsAt }) => ({
    key: `plays:${grant.counterKeys.get(level)}`,
    max,
    endsAt: endsAt * 1000,
  }))

/**
 * One viewer is counted over all videos of a workspace. A part of a token that names none is counted
 * as such: whoever holds it could name a viewer for each device. `user`: whom the workspace gave the
 * token to.
 */
export function streamLimits({ grant, state }: Opened, user: UserId | undefined): Limit[] {
  const { workspaceId, maxStreamsPerViewer } = state
  const { streams, viewerIds } = grant.rights
  const ofViewer = (viewerId: string) => `viewer:${workspaceId}:${viewerId}`
  const keyOf = ({ level, viewerId }: CountLimit) =>
    viewerId === undefined ? `streams:${grant.counterKeys.get(level)}` : ofViewer(viewerId)
  const all = streams.map((limit) => ({ key: keyOf(limit), max: limit.max }))
  if (maxStreamsPerViewer === null) return tightest(all)
  const people = [...viewerIds.map(ofViewer), ...(user ? [`user:${workspaceId}:${user}`] : [])]
  return tightest([...all, ...people.map((key) => ({ key, max: maxStreamsPerViewer }))])
}

/** One of each name, as nobody is counted twice. */
function tightest(limits: Limit[]): Limit[] {
  const least = new Map<string, number>()
  for (const { key, max } of limits) least.set(key, Math.min(max, least.get(key) ?? Infinity))
  return [...least].map(([key, max]) => ({ key, max }))
}
