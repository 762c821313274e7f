import { useQuery } from '@tanstack/solid-query'
import type { SignedInDevice } from '#contracts/account.ts'
import type { Factors } from '#contracts/factor.ts'
import { accountKeys, getFactors, listSessions } from '../../api/account.ts'
import { queryClient } from '../../api/query.ts'

export const createFactors = () =>
  useQuery(() => ({
    queryKey: accountKeys.factors(),
    queryFn: ({ signal }) => getFactors(signal),
  }))

export const createSessions = () =>
  useQuery(() => ({
    queryKey: accountKeys.sessions(),
    queryFn: ({ signal }) => listSessions(signal),
  }))

/** After an act; resolves once the page shows what is true now. */
export const refetchFactors = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: accountKeys.factors() })

export const refetchSessions = (): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: accountKeys.sessions() })

export const patchFactors = (change: (factors: Factors) => Factors): void =>
  void queryClient.setQueryData<Factors>(
    accountKeys.factors(),
    (factors) => factors && change(factors),
  )

export const patchSessions = (change: (items: SignedInDevice[]) => SignedInDevice[]): void =>
  void queryClient.setQueryData<{ items: SignedInDevice[] }>(
    accountKeys.sessions(),
    (all) => all && { items: change(all.items) },
  )
