import { runScript } from './lib/bootstrap.mjs'

runScript('deploy.ts', process.argv.slice(2))
