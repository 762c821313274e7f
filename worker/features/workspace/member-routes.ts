import type { Route } from '../../core/http.ts'

/** Members and invitations. */
export const memberRoutes: Route[] = []
