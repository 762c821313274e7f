/** What stands behind the gear and behind keys. A chunk of its own: a film starts without it. */
export { createHelp } from './help.ts'
export { createSettings } from './settings.ts'
export { createStats } from './stats.ts'
