import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)

/**
 * Where Linux offers it, workerd dies with this process even when that one is killed, and a
 * terminal's Ctrl-C reaches only this process, which then stops things in order.
 * Call before the edge starts: miniflare takes the program from MINIFLARE_WORKERD_PATH.
 */
export async function tieWorkerd(dir: string): Promise<void> {
  const tools = ['/usr/bin/setsid', '/usr/bin/setpriv']
  if (!tools.every((tool) => existsSync(tool))) return
  const [setsid, setpriv] = tools
  const program =
    process.env['MINIFLARE_WORKERD_PATH'] ?? (require('workerd') as { default: string }).default
  const file = path.join(dir, 'workerd.sh')
  await mkdir(dir, { recursive: true })
  await writeFile(file, `#!/bin/sh\nexec ${setsid} ${setpriv} --pdeathsig KILL '${program}' "$@"\n`)
  await chmod(file, 0o755)
  process.env['MINIFLARE_WORKERD_PATH'] = file
}
