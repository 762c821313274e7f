import type { Route } from '../../core/http.ts'

/** Second factors, passkeys and step-up. */
export const factorRoutes: Route[] = []
