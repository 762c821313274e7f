import type { Role } from '#contracts/auth.ts'
import type { Endpoint } from '#contracts/endpoint.ts'
import type { ErrorCode } from '#contracts/error.ts'
import type { Principal, Team } from './matrix-principals.ts'

/**
 * Who may do what, said once more and by hand: a role in the object's workspace, or
 * - `anyone`: also strangers; - `shown`: whoever may watch; - `self`: every person, for themselves;
 * - `own`: a person, and the object is theirs alone; - `keeper`: who keeps the server;
 * - `task`: the holder of a task; - `cookie`: the holder of a refresh cookie.
 * A new route needs its line here.
 */
export type Right = Role | 'anyone' | 'shown' | 'self' | 'own' | 'keeper' | 'task' | 'cookie'

export const rights: Record<string, Right> = {
  getHealth: 'anyone',
  getReadiness: 'anyone',
  getJwks: 'anyone',
  register: 'anyone',
  login: 'anyone',
  confirmEmail: 'anyone',
  forgotPassword: 'anyone',
  resetPassword: 'anyone',
  answerChallenge: 'anyone',
  askPasskey: 'anyone',
  loginWithPasskey: 'anyone',
  listProviders: 'anyone',
  startOutside: 'anyone',
  finishOutside: 'anyone',
  getAvatar: 'anyone',
  listPublicVideos: 'anyone',
  getOEmbed: 'anyone',
  lookAtInvitation: 'anyone',
  sendBeacon: 'anyone',
  refresh: 'cookie',
  logout: 'cookie',
  getMe: 'self',
  sendVerification: 'self',
  changePassword: 'self',
  getEmailChange: 'self',
  startEmailChange: 'self',
  cancelEmailChange: 'self',
  updateMe: 'self',
  exportMe: 'self',
  deleteMe: 'self',
  listSessions: 'self',
  endOtherSessions: 'self',
  getFactors: 'self',
  askStepUpPasskey: 'self',
  stepUp: 'self',
  startTotp: 'self',
  confirmTotp: 'self',
  removeTotp: 'self',
  renewRecoveryCodes: 'self',
  askNewPasskey: 'self',
  addPasskey: 'self',
  putAvatar: 'self',
  removeAvatar: 'self',
  linkOutside: 'self',
  unlinkOutside: 'self',
  createWorkspace: 'self',
  acceptInvitation: 'self',
  endOneSession: 'own',
  renamePasskey: 'own',
  removePasskey: 'own',
  getVideo: 'shown',
  getPlayback: 'shown',
  watchVideoEvents: 'shown',
  listWorkspaceVideos: 'viewer',
  getVideoQuality: 'viewer',
  updateVideo: 'editor',
  setChapters: 'editor',
  deleteVideo: 'editor',
  retryVideo: 'editor',
  cancelVideo: 'editor',
  remakeRendition: 'editor',
  createLink: 'editor',
  listLinks: 'editor',
  renameLink: 'editor',
  revokeLink: 'editor',
  createUpload: 'editor',
  listUploads: 'editor',
  getUpload: 'editor',
  presignParts: 'editor',
  recordPart: 'editor',
  completeUpload: 'editor',
  abortUpload: 'editor',
  getWorkspace: 'viewer',
  getTranscodeSettings: 'viewer',
  listMembers: 'viewer',
  updateWorkspace: 'admin',
  updateTranscodeSettings: 'admin',
  updateMember: 'admin',
  removeMember: 'admin',
  createInvitation: 'admin',
  listInvitations: 'admin',
  revokeInvitation: 'admin',
  createApiKey: 'admin',
  listApiKeys: 'admin',
  revokeApiKey: 'admin',
  createSigningKey: 'admin',
  listSigningKeys: 'admin',
  revokeSigningKey: 'admin',
  listAudit: 'admin',
  exportAudit: 'admin',
  transferWorkspace: 'owner',
  deleteWorkspace: 'owner',
  listUsers: 'keeper',
  suspendUser: 'keeper',
  restoreUser: 'keeper',
  listWorkspaces: 'keeper',
  suspendWorkspace: 'keeper',
  restoreWorkspace: 'keeper',
  listPlatformAudit: 'keeper',
  taskHeartbeat: 'task',
  taskComplete: 'task',
  taskPublish: 'task',
  taskSplit: 'task',
  taskFail: 'task',
  taskRelease: 'task',
}

const ranks: Role[] = ['viewer', 'editor', 'admin', 'owner']
const isRole = (right: Right): right is Role => (ranks as string[]).includes(right)

/** Which object is asked for: of the first team, the second, one that was deleted, none at all. */
export type Place = 'first' | 'second' | 'deleted' | 'missing'

/** What the call must be refused with; null where it must not be refused for want of a right. */
export function verdictOf(
  contract: Endpoint,
  principal: Principal,
  { place, teams }: { place: Place; teams: { first: Team; second: Team } },
): ErrorCode | null {
  const right = rights[contract.id]!
  if (contract.auth === 'public') return null
  if (right === 'cookie') return contract.id === 'logout' ? null : 'unauthorized'
  if (right === 'task') return principal.isTask ? 'fenced' : 'unauthorized' // that task is done
  if (principal.isRefused) return principal.isRefused
  const isStranger = Object.keys(principal.headers).length === 0
  if (isStranger && contract.auth !== 'optional') return 'unauthorized'
  if (principal.scopes) {
    const isGiven = contract.scope !== 'session' && principal.scopes.includes(contract.scope!)
    if (!isGiven) return 'insufficient_scope'
  }
  if (contract.auth === 'admin' && !principal.isAdmin) return 'not_found'
  if (contract.isStepUp && principal.isStale) return 'step_up_required'
  if (right === 'keeper') return contract.params && isGone(place) ? 'not_found' : null
  if (right === 'own') {
    if (isGone(place)) return 'not_found'
    const { owner } = teams[place as 'first' | 'second']
    return principal.user === owner ? null : 'not_found'
  }
  if (right === 'anyone' || right === 'self') return null
  return verdictOfRole(right, principal, place)
}

const isGone = (place: Place) => place === 'missing' || place === 'deleted'

function verdictOfRole(right: Right, principal: Principal, place: Place): ErrorCode | null {
  const role = isGone(place) ? undefined : principal[place as 'first' | 'second']
  if (!role) return 'not_found'
  const needed = isRole(right) ? right : 'viewer'
  return ranks.indexOf(role) >= ranks.indexOf(needed) ? null : 'forbidden'
}
