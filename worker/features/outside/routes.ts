import type { Route } from '../../core/http.ts'

export const outsideRoutes: Route[] = []
