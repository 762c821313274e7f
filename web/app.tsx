import { lazy } from 'solid-js'
import { Shell } from './shell/shell.tsx'
import { Route, Router } from './ui/router.ts'

const Site = lazy(async () => ({ default: (await import('./shell/site.tsx')).Site }))
const Studio = lazy(async () => ({ default: (await import('./shell/studio.tsx')).Studio }))

const HomePage = lazy(async () => ({
  default: (await import('./features/home/home-page.tsx')).HomePage,
}))
const WatchPage = lazy(async () => ({
  default: (await import('./features/watch/watch-page.tsx')).WatchPage,
}))
const LoginPage = lazy(async () => ({
  default: (await import('./features/auth/login-page.tsx')).LoginPage,
}))
const SignupPage = lazy(async () => ({
  default: (await import('./features/auth/signup-page.tsx')).SignupPage,
}))
const VerifyPage = lazy(async () => ({
  default: (await import('./features/auth/verify-page.tsx')).VerifyPage,
}))
const ForgotPage = lazy(async () => ({
  default: (await import('./features/auth/forgot-page.tsx')).ForgotPage,
}))
const ResetPage = lazy(async () => ({
  default: (await import('./features/auth/reset-page.tsx')).ResetPage,
}))
const AccountPages = lazy(async () => ({
  default: (await import('./features/account/account-pages.tsx')).AccountPages,
}))
const AccountPage = lazy(async () => ({
  default: (await import('./features/account/account-page.tsx')).AccountPage,
}))
const SecurityPage = lazy(async () => ({
  default: (await import('./features/account/security-page.tsx')).SecurityPage,
}))
const VideosPage = lazy(async () => ({
  default: (await import('./features/studio/videos-page.tsx')).VideosPage,
}))
const VideoPage = lazy(async () => ({
  default: (await import('./features/studio/video-page.tsx')).VideoPage,
}))
const UploadPage = lazy(async () => ({
  default: (await import('./features/upload/upload-page.tsx')).UploadPage,
}))
const SettingsPage = lazy(async () => ({
  default: (await import('./features/settings/settings-page.tsx')).SettingsPage,
}))
const DocsPage = lazy(async () => ({
  default: (await import('./features/docs/docs-page.tsx')).DocsPage,
}))
const NotFoundPage = lazy(async () => ({
  default: (await import('./shell/not-found-page.tsx')).NotFoundPage,
}))

/** Every page of the program. */
export function App() {
  return (
    <Router root={Shell}>
      <Route component={Studio}>
        <Route path='/studio' component={VideosPage} />
        <Route path='/studio/upload' component={UploadPage} />
        <Route path='/studio/videos/:videoId' component={VideoPage} />
        <Route path='/studio/settings' component={SettingsPage} />
      </Route>
      <Route component={Site}>
        <Route path='/' component={HomePage} />
        <Route path='/watch/:videoId' component={WatchPage} />
        <Route path='/login' component={LoginPage} />
        <Route path='/signup' component={SignupPage} />
        <Route path='/verify' component={VerifyPage} />
        <Route path='/forgot' component={ForgotPage} />
        <Route path='/reset' component={ResetPage} />
        <Route component={AccountPages}>
          <Route path='/account' component={AccountPage} />
          <Route path='/account/security' component={SecurityPage} />
        </Route>
        <Route path='/api/docs' component={DocsPage} />
        <Route path='*' component={NotFoundPage} />
      </Route>
    </Router>
  )
}
