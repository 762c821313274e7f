import type { App } from './http.ts'

const schemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'The access token of a sign-in (30 minutes), or an API key (`lantern_sk_…`) that has the scope.',
  },
  refreshCookie: {
    type: 'apiKey',
    in: 'cookie',
    name: 'lantern_refresh',
    description: 'Set by signing in; 7 days, rotates on each use.',
  },
  taskToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'Given to the transcoder with a task; opens that attempt alone.',
  },
} as const

const tags = [
  { name: 'Accounts', description: 'Sign up, sign in, stay signed in.' },
  { name: 'Workspaces', description: 'What a team decides for all of its videos.' },
  { name: 'Uploads', description: 'Files in parts, straight to storage, resumable.' },
  { name: 'Videos', description: 'What a workspace publishes, and how it is coming along.' },
  { name: 'Playback', description: 'Links that play for a while.' },
  { name: 'Links', description: 'Links that are given to people, each with limits of its own.' },
  { name: 'Transcoder', description: 'What the transcoder calls while it works on a task.' },
  { name: 'Administration', description: 'For those who keep this server.' },
  { name: 'Health', description: 'For operators and load balancers.' },
]

/** OpenAPI 3.1, printed from the contracts that are mounted. */
export function openApiDocument(app: App, origin: string) {
  for (const [name, scheme] of Object.entries(schemes)) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, scheme)
  }
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Lantern',
      version: '1.0.0',
      description:
        'The API of a Lantern server. Times are RFC 3339, lists come in pages, and errors are problem details (RFC 9457) with a stable `code`.',
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    servers: [{ url: origin }],
    tags,
  })
}
