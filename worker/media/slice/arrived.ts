import { MissingBytes } from '../film.ts'

/** What a look finds; null where the bytes have not arrived yet, and nothing can be told. */
export const ifArrived = <T>(look: Promise<T>): Promise<T | null> =>
  look.catch((error: unknown) => {
    if (error instanceof MissingBytes) return null
    throw error
  })
