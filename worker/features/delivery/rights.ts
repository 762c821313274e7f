import { BlockList, isIP } from 'node:net'
import { isHostAllowed } from '#contracts/domain.ts'
import type { GrantKind, Level } from '#contracts/narrow.ts'

/** All that the levels of a token leave together. */
export interface Rights {
  kinds: ReadonlySet<GrantKind>
  /** Epoch seconds. */
  expiresAt: number
  notBefore: number
  /** Undefined: everywhere. */
  countries: readonly string[] | undefined
  /** One of each list must fit. */
  ipRanges: (readonly string[])[]
  domains: (readonly string[])[]
  /** Two of them are nobody. */
  viewerIds: readonly string[]
  /** Of the shorter side, px. */
  maxHeight: number
  /** Seconds of the film. */
  from: number
  to: number
  plays: CountLimit[]
  streams: CountLimit[]
  playId: string | undefined
}

/** Counted for all that is narrowed from the part that set it: a child never has a count of its own. */
export interface CountLimit {
  /** Which part of the token set it, 0 being the grant itself. */
  level: number
  max: number
  /** Epoch seconds; nothing that is narrowed from that part lasts longer. */
  endsAt: number
  /** Where that part or one before it names a viewer. */
  viewerId: string | undefined
}

const kindOf = { w: 'watch', i: 'image', c: 'caption', d: 'download' } as const

const toKinds = (text: string): GrantKind[] =>
  [...text].flatMap((letter) => kindOf[letter as keyof typeof kindOf] ?? [])

const everything: Rights = {
  kinds: new Set(['watch', 'image', 'caption', 'download']),
  expiresAt: Infinity,
  notBefore: 0,
  countries: undefined,
  ipRanges: [],
  domains: [],
  viewerIds: [],
  maxHeight: Infinity,
  from: 0,
  to: Infinity,
  plays: [],
  streams: [],
  playId: undefined,
}

/** Each level takes away from those before it; none can give back. */
export const combine = (levels: Level[]): Rights => levels.reduce(restrict, everything)

function restrict(rights: Rights, level: Level, index: number): Rights {
  const kinds = level.k === undefined ? undefined : new Set(toKinds(level.k))
  const { countries } = rights
  const expiresAt = Math.min(rights.expiresAt, level.x ?? Infinity)
  const viewerIds =
    level.u !== undefined && !rights.viewerIds.includes(level.u)
      ? [...rights.viewerIds, level.u]
      : rights.viewerIds
  const limit = (max: number | undefined): CountLimit[] =>
    max === undefined ? [] : [{ level: index, max, endsAt: expiresAt, viewerId: viewerIds[0] }]
  return {
    kinds: kinds ? new Set([...rights.kinds].filter((kind) => kinds.has(kind))) : rights.kinds,
    expiresAt,
    notBefore: Math.max(rights.notBefore, level.n ?? 0),
    countries: level.c?.filter((code) => countries?.includes(code) ?? true) ?? countries,
    ipRanges: level.i ? [...rights.ipRanges, level.i] : rights.ipRanges,
    domains: level.d ? [...rights.domains, level.d] : rights.domains,
    viewerIds,
    maxHeight: Math.min(rights.maxHeight, level.h ?? Infinity),
    from: Math.max(rights.from, level.t?.[0] ?? 0),
    to: Math.min(rights.to, level.t?.[1] ?? Infinity),
    plays: [...rights.plays, ...limit(level.p)],
    streams: [...rights.streams, ...limit(level.m)],
    // The first stands: a later one would be a new device for each.
    playId: rights.playId ?? level.r,
  }
}

/** Who asks, as far as that is known. */
export interface Visit {
  /** Epoch ms. */
  now: number
  kind: GrantKind
  country: string | undefined
  address: string | undefined
  /** Host of the page that asks; undefined for players that name none. */
  page: string | undefined
  /** An embed page of ours: whoever may frame it was decided when it was sent. */
  isOwnFrame: boolean
}

/** Why a visit is refused, in words for its viewer; undefined where it is not. Doubt denies. */
export function refusalOf(rights: Rights, visit: Visit): string | undefined {
  const seconds = visit.now / 1000
  if (rights.expiresAt <= seconds) return 'The link has expired. Load the page again.'
  if (rights.notBefore > seconds) return 'The link does not open yet.'
  if (!rights.kinds.has(visit.kind)) return 'The link is for something else.'
  if (rights.viewerIds.length > 1) return 'The link is for somebody else.'
  if (rights.countries && !rights.countries.includes(visit.country ?? '')) {
    return 'The link does not open in this country.'
  }
  if (!rights.ipRanges.every((ranges) => isInside(ranges, visit.address))) {
    return 'The link does not open from this network.'
  }
  if (!rights.domains.every((hosts) => mayShow(hosts, visit))) {
    return 'The link does not open on this site.'
  }
  return undefined
}

const mayShow = (hosts: readonly string[], { page, isOwnFrame }: Visit): boolean =>
  isOwnFrame || (page === undefined ? hosts.includes('none') : isHostAllowed(hosts, page))

function isInside(ranges: readonly string[], address: string | undefined): boolean {
  const family = address === undefined ? 0 : isIP(address)
  if (!family) return false
  const list = new BlockList()
  for (const range of ranges) {
    const [base = '', bits] = range.split('/')
    const own = isIP(base)
    const most = own === 6 ? 128 : 32
    const prefix = bits === undefined ? most : Number(bits)
    if (own && prefix <= most) list.addSubnet(base, prefix, own === 6 ? 'ipv6' : 'ipv4')
  }
  return list.check(address!, family === 6 ? 'ipv6' : 'ipv4')
}
