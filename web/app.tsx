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
const SharePartPage = lazy(async () => ({
  default: (await import('./features/link/share-part-page.tsx')).SharePartPage,
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
const EmbedPage = lazy(async () => ({
  default: (await import('./features/studio/embed-page.tsx')).EmbedPage,
}))
const UploadPage = lazy(async () => ({
  default: (await import('./features/upload/upload-page.tsx')).UploadPage,
}))
const NewWorkspacePage = lazy(async () => ({
  default: (await import('./features/workspace/new-workspace-page.tsx')).NewWorkspacePage,
}))
const SettingsLayout = lazy(async () => ({
  default: (await import('./features/workspace/settings-layout.tsx')).SettingsLayout,
}))
const GeneralPage = lazy(async () => ({
  default: (await import('./features/workspace/general-page.tsx')).GeneralPage,
}))
const ConvertingPage = lazy(async () => ({
  default: (await import('./features/settings/converting-page.tsx')).ConvertingPage,
}))
const MembersPage = lazy(async () => ({
  default: (await import('./features/workspace/members-page.tsx')).MembersPage,
}))
const KeysPage = lazy(async () => ({
  default: (await import('./features/workspace/keys-page.tsx')).KeysPage,
}))
const SigningKeysPage = lazy(async () => ({
  default: (await import('./features/workspace/signing-keys-page.tsx')).SigningKeysPage,
}))
const AuditPage = lazy(async () => ({
  default: (await import('./features/workspace/audit-page.tsx')).AuditPage,
}))
const JoinPage = lazy(async () => ({
  default: (await import('./features/workspace/join-page.tsx')).JoinPage,
}))
const AdminLayout = lazy(async () => ({
  default: (await import('./features/admin/admin-layout.tsx')).AdminLayout,
}))
const UsersPage = lazy(async () => ({
  default: (await import('./features/admin/users-page.tsx')).UsersPage,
}))
const WorkspacesPage = lazy(async () => ({
  default: (await import('./features/admin/workspaces-page.tsx')).WorkspacesPage,
}))
const PlatformAuditPage = lazy(async () => ({
  default: (await import('./features/admin/platform-audit-page.tsx')).PlatformAuditPage,
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
        <Route path='/studio/videos/:videoId/embed' component={EmbedPage} />
        <Route path='/studio/new-workspace' component={NewWorkspacePage} />
        <Route path='/studio/settings' component={SettingsLayout}>
          <Route path='/' component={GeneralPage} />
          <Route path='/converting' component={ConvertingPage} />
          <Route path='/members' component={MembersPage} />
          <Route path='/keys' component={KeysPage} />
          <Route path='/signing-keys' component={SigningKeysPage} />
          <Route path='/audit' component={AuditPage} />
        </Route>
      </Route>
      <Route component={Site}>
        <Route path='/' component={HomePage} />
        <Route path='/watch/:videoId' component={WatchPage} />
        <Route path='/share' component={SharePartPage} />
        <Route path='/login' component={LoginPage} />
        <Route path='/signup' component={SignupPage} />
        <Route path='/join' component={JoinPage} />
        <Route path='/admin' component={AdminLayout}>
          <Route path='/' component={UsersPage} />
          <Route path='/workspaces' component={WorkspacesPage} />
          <Route path='/audit' component={PlatformAuditPage} />
        </Route>
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
