import type { InfiniteData } from '@tanstack/solid-query'
import { useInfiniteQuery } from '@tanstack/solid-query'
import type { VideoId } from '#contracts/id.ts'
import type { Link } from '#contracts/link.ts'
import { type LinkPage, listLinks } from '../../api/link.ts'
import { keys, queryClient } from '../../api/query.ts'

type Pages = InfiniteData<LinkPage>

/** A video's links, newest first, a page at a time. */
export function createLinks(videoId: () => VideoId) {
  const query = useInfiniteQuery(() => ({
    queryKey: keys.links(videoId()),
    queryFn: ({ pageParam, signal }) => listLinks(videoId(), pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: LinkPage) => last.nextCursor ?? undefined,
  }))
  const edit = (change: (pages: LinkPage[]) => LinkPage[]) =>
    queryClient.setQueryData<Pages>(
      keys.links(videoId()),
      (data) => data && { ...data, pages: change(data.pages) },
    )
  return {
    query,
    items: () =>
      query.isPending || query.isLoadingError
        ? undefined
        : query.data.pages.flatMap((page) => page.items),
    add: (link: Link) =>
      edit(([first, ...rest]) =>
        first ? [{ ...first, items: [link, ...first.items] }, ...rest] : [],
      ),
    put: (link: Link) =>
      edit((pages) =>
        pages.map((page) => ({
          ...page,
          items: page.items.map((one) => (one.id === link.id ? link : one)),
        })),
      ),
  }
}
