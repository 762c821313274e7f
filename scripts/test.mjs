import { runScript } from './lib/bootstrap.mjs'

runScript('test.ts', process.argv.slice(2))
