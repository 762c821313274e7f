/** The one place that names the router, so that another major version changes one file. */
export {
  A,
  useLocation,
  useNavigate,
  useParams,
  useSearchParams,
  Navigate,
  Route,
  Router,
} from '@solidjs/router'
export type { RouteSectionProps } from '@solidjs/router'
