import type { Route } from '../../core/http.ts'

/** E-mail, password, profile and sessions of whoever is signed in. */
export const accountRoutes: Route[] = []
