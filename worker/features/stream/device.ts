import { callerAddress, toNetwork } from '../../core/rate-limit.ts'
import { hmac, toBase64Url } from '../../core/secret.ts'
import type { Grant } from '../delivery/token.ts'

/**
 * One player on one machine, unreadable: the play or the session that the token is for, the network
 * and the program. So a copied address is another device, and so is one that changes its network.
 */
export async function deviceOf(secret: string, grant: Grant, request: Request): Promise<string> {
  const parts = [
    grant.rights.playId ?? grant.holder ?? '',
    toNetwork(callerAddress(request)),
    request.headers.get('user-agent') ?? '',
  ]
  const bytes = await hmac(secret, `device ${JSON.stringify(parts)}`)
  return toBase64Url(bytes.subarray(0, 16))
}
