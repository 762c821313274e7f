import { runScript } from './lib/bootstrap.mjs'

runScript('doctor.ts', process.argv.slice(2))
