import { globSync } from 'node:fs'
import path from 'node:path'
import type { Endpoint } from '#contracts/endpoint.ts'

export const leaseId = 'lse_01kaf3v9gq8y2n5s7t4w6x0z1b'
const lease = { attempt: 1, leaseId }
const rendition = {
  ...{ name: '180p', kind: 'video', codecs: 'avc1.4d401e', initKey: '180p/init.mp4' },
  ...{ peakBitsPerSecond: 1000, averageBitsPerSecond: 900 },
  ...{ widthPx: 320, heightPx: 180, framesPerSecond: 30 },
  segments: [{ key: '180p/seg_00000.m4s', durationSeconds: 2, sizeBytes: 1000 }],
}
const plan = {
  ...{ rate: { num: 30, den: 1 }, segmentFrames: 60, frameCount: 60, durationSeconds: 2 },
  ...{ videos: [{ name: '180p', codec: 'h264', widthPx: 320, heightPx: 180 }], recipe: {} },
}
const media = { durationMs: 2000, widthPx: 320, heightPx: 180, framesPerSecond: 30 }

/** A body that each route takes; null where it takes none. A new route needs its line here. */
export const bodies: Record<string, object | null> = {
  getHealth: null,
  getReadiness: null,
  register: { email: 'new@example.com', password: 'correct horse 99', displayName: 'New' },
  login: { email: 'person1@example.com', password: 'wrong horse 1' },
  refresh: null,
  logout: null,
  getMe: null,
  confirmEmail: { token: 'x' },
  sendVerification: null,
  forgotPassword: { email: 'nobody@example.com' },
  resetPassword: { token: 'x', password: 'correct horse 98' },
  changePassword: { password: 'correct horse 97' },
  getEmailChange: null,
  startEmailChange: { email: 'moved@example.com' },
  cancelEmailChange: null,
  updateMe: { displayName: 'Taken over' },
  exportMe: null,
  deleteMe: { email: 'not-mine@example.com' },
  listSessions: null,
  endOneSession: null,
  endOtherSessions: null,
  getFactors: null,
  answerChallenge: { method: 'totp', token: 'x', code: '000000' },
  askPasskey: {},
  loginWithPasskey: { challenge: 'x', answer: { id: 'x' } },
  askStepUpPasskey: null,
  stepUp: { method: 'password', password: 'wrong horse 1' },
  startTotp: null,
  confirmTotp: { code: '000000' },
  removeTotp: null,
  renewRecoveryCodes: null,
  askNewPasskey: null,
  addPasskey: { challenge: 'x', name: 'Key', answer: { id: 'x' } },
  renamePasskey: { name: 'Taken over' },
  removePasskey: null,
  putAvatar: null,
  removeAvatar: null,
  getAvatar: null,
  listProviders: null,
  startOutside: {},
  linkOutside: {},
  unlinkOutside: null,
  finishOutside: null,
  createWorkspace: { name: 'Another' },
  getWorkspace: null,
  updateWorkspace: { name: 'Taken over' },
  deleteWorkspace: { handle: 'person-1' },
  listMembers: null,
  updateMember: { role: 'admin' },
  removeMember: null,
  transferWorkspace: { userId: 'usr_01kaf3v9gq8y2n5s7t4w6x0z1b' },
  createInvitation: { role: 'viewer', email: 'guest@example.com' },
  listInvitations: null,
  revokeInvitation: null,
  lookAtInvitation: { token: 'x' },
  acceptInvitation: { token: 'x' },
  createApiKey: { name: 'Key', scopes: ['videos:read'], lifeDays: null },
  listApiKeys: null,
  revokeApiKey: null,
  createSigningKey: { name: 'Taken over', algorithm: 'EdDSA' },
  listSigningKeys: null,
  revokeSigningKey: null,
  listAudit: null,
  exportAudit: null,
  listUsers: null,
  suspendUser: { reason: 'Taken over' },
  restoreUser: null,
  listWorkspaces: null,
  suspendWorkspace: { reason: 'Taken over' },
  restoreWorkspace: null,
  listPlatformAudit: null,
  getJwks: null,
  listPublicVideos: null,
  listWorkspaceVideos: null,
  getVideo: null,
  updateVideo: {
    title: 'Taken over',
    visibility: 'public',
    embedDomains: ['example.com'],
    downloads: 'original',
    encryption: 'aes-128',
  },
  setChapters: { chapters: [{ startMs: 0, title: 'Taken over' }] },
  deleteVideo: null,
  retryVideo: null,
  cancelVideo: null,
  remakeRendition: null,
  getTranscodeSettings: null,
  updateTranscodeSettings: { maxShortSidePx: 1080 },
  getPlayback: null,
  getOEmbed: null,
  sendBeacon: {
    ...{ token: 'x', playId: '6f1e0c5e-6c6b-4b0a-9f0e-2f6f6f1f7a11', seq: 1, place: 'watch' },
    ...{ device: 'phone', playerVersion: '1.0.0', startupMs: 400, watchedMs: 60_000 },
    ...{ stalls: 1, stalledMs: 200, meanKbps: 1800, lastKbps: 2400, heightPx: 720 },
    ...{ droppedFrames: 2, exit: 'left', error: null },
  },
  getVideoQuality: null,
  watchVideoEvents: null,
  createLink: { label: 'Taken over', restrictions: { domains: ['example.com'], maxPlays: 1 } },
  listLinks: null,
  renameLink: { label: 'Taken over' },
  revokeLink: null,
  createUpload: { fileName: 'a.mp4', sizeBytes: 1000, title: 'A', visibility: 'private' },
  listUploads: null,
  getUpload: null,
  presignParts: { partNumbers: [1] },
  recordPart: { etag: 'an-etag', sizeBytes: 1000 },
  completeUpload: null,
  abortUpload: null,
  taskHeartbeat: {
    ...lease,
    ...{ seq: 1, phase: 'encode', percent: 10, speed: 1 },
    renditions: [{ name: '180p', kind: 'video', widthPx: 320, heightPx: 180, percent: 10 }],
  },
  taskComplete: {
    ...{ ...lease, media, renditions: [rendition] },
    ...{ captions: [], pictures: null, choices: null, cpuSeconds: 1 },
  },
  taskPublish: { ...lease, media, renditions: [{ isComplete: true, rendition }] },
  taskSplit: {
    ...lease,
    media,
    plan,
    chunks: [{ number: 0, firstFrame: 0, endFrame: 60 }],
    input: null,
  },
  taskFail: { ...lease, code: 'damaged', isRetryable: false, message: 'no' },
  taskRelease: lease,
}

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'auth' in value && 'path' in value

/** Every operation that the contracts name. */
export async function readContracts(): Promise<Endpoint[]> {
  const folder = path.resolve(import.meta.dirname, '../contracts')
  const rooms = globSync('*.ts', { cwd: folder, exclude: ['*.test.ts'] }).map(
    (file) => import(path.join(folder, file)),
  )
  return (await Promise.all(rooms)).flatMap((room) => Object.values(room).filter(isEndpoint))
}

const junk = [null, true, -1, 1.5, 1e300, '', 'x'.repeat(6000), '\u0000', [], {}, ['x'], [[]]]

/** A valid body with one thing wrong: a field missing, or of another type or size. */
export function* spoil(body: Record<string, unknown>): Generator<[string, unknown]> {
  for (const [field, value] of Object.entries(body)) {
    const { [field]: _gone, ...without } = body
    yield [`without ${field}`, without]
    for (const wrong of junk)
      yield [`${field}: ${JSON.stringify(wrong)}`, { ...body, [field]: wrong }]
    const [first] = Array.isArray(value) ? value : [value]
    if (typeof first !== 'object' || first === null) continue
    for (const [what, inner] of spoil(first)) {
      yield [`${field}.${what}`, { ...body, [field]: Array.isArray(value) ? [inner] : inner }]
    }
  }
}
