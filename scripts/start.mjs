import { runScript } from './lib/bootstrap.mjs'

runScript('start.ts', process.argv.slice(2))
