import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { createClient, expectStatus } from './client.ts'
import { makeDemoClip } from './clip.ts'
import { confirmAddress } from './confirm.ts'
import type { Lantern } from './lantern.ts'
import { demoEmail } from './settings.ts'
import { uploadFile } from './upload.ts'

export interface DemoLogin {
  email: string
  password: string
  /** The demo video, once its upload is complete. */
  videoId?: string
}

const fileIn = (dir: string): string => path.join(dir, 'demo.json')

/**
 * The demo account; made through the API on the first start. Nobody reads its mail, so its address
 * is confirmed here.
 */
export async function ensureDemoLogin(dir: string, { url, edge }: Lantern): Promise<DemoLogin> {
  const stored = await readFile(fileIn(dir), 'utf8').catch(() => '')
  if (stored) return JSON.parse(stored) as DemoLogin
  const login = { email: demoEmail, password: randomBytes(9).toString('base64url') }
  const body = { ...login, displayName: 'Lantern Demo' }
  expectStatus(await createClient(url, {}).post('/api/v1/auth/register', body), 201, 'register')
  await confirmAddress(edge.mf, login.email)
  await save(dir, login)
  return login
}

/** Makes the demo video and uploads it; does nothing where that was done before. */
export async function ensureDemoVideo(
  dir: string,
  url: string,
  login: DemoLogin,
  signal: AbortSignal,
): Promise<void> {
  if (login.videoId) return
  const clip = path.join(dir, 'demo.mp4')
  await makeDemoClip(clip, signal)
  const stranger = createClient(url, {})
  const credentials = { email: login.email, password: login.password }
  const reply = await stranger.post('/api/v1/auth/login', credentials)
  const { accessToken } = expectStatus(reply, 200, 'demo login')
  const demo = createClient(url, { authorization: `Bearer ${accessToken}` })
  const { workspaces } = expectStatus(await demo.get('/api/v1/me'), 200, 'me')
  const { videoId } = await uploadFile(demo, workspaces[0].id, clip, {
    title: 'Four places at the edge of the light',
    visibility: 'public',
  })
  await save(dir, { ...login, videoId })
  await rm(clip, { force: true })
}

const save = (dir: string, login: DemoLogin): Promise<void> =>
  writeFile(fileIn(dir), JSON.stringify(login), { mode: 0o600 })
