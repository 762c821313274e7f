import type { InfiniteData, QueryKey } from '@tanstack/solid-query'
import { useInfiniteQuery } from '@tanstack/solid-query'
import { createMemo } from 'solid-js'
import { queryClient } from '../../api/query.ts'

interface Page<T> {
  items: T[]
  nextCursor: string | null
}

interface Look {
  search: string
  cursor: string | undefined
  signal: AbortSignal
}

interface Source<T> {
  queryKey: (search: string) => QueryKey
  list: (look: Look) => Promise<Page<T>>
  search: () => string
}

/** A list that is searched and read a page at a time; rows are known by their ids. */
export function createSearchedList<T extends { id: string }>(source: Source<T>) {
  const query = useInfiniteQuery(() => ({
    queryKey: source.queryKey(source.search()),
    queryFn: ({ pageParam, signal }) =>
      source.list({ search: source.search(), cursor: pageParam, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: Page<T>) => last.nextCursor ?? undefined,
  }))
  const items = createMemo(() =>
    query.isPending || query.isLoadingError
      ? undefined
      : query.data.pages.flatMap((page) => page.items),
  )
  const ids = createMemo(() => items()?.map(({ id }) => id), undefined, { equals: isSameList })
  return {
    query,
    ids,
    find: (id: string | undefined) => items()?.find((item) => item.id === id),
    /** Puts a newer state in its place, in whatever search it stands. */
    take(item: T): void {
      queryClient.setQueriesData<InfiniteData<Page<T>>>(
        { queryKey: source.queryKey('').slice(0, -1) },
        (data) => data && { ...data, pages: data.pages.map((page) => withItem(page, item)) },
      )
    },
  }
}

const withItem = <T extends { id: string }>(page: Page<T>, item: T): Page<T> => ({
  ...page,
  items: page.items.map((one) => (one.id === item.id ? item : one)),
})

const isSameList = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  a === b || (a?.length === b?.length && !!a?.every((value, index) => value === b?.[index]))
