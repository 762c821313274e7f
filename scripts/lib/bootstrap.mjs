// Plain JavaScript without packages: it runs on the Node of a fresh machine, before npm ci.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const at = (...parts) => path.join(root, ...parts)
const startedAt = Date.now()

const say = (text) => {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)
  console.log(`${seconds} s  ${text}`)
}

function fail(text) {
  console.error(`\n${text}\n`)
  process.exit(1)
}

/** Installs what is missing, then runs `scripts/<name>` under Node 24 and ends as it ends. */
export function runScript(name, args) {
  const [major = 0] = process.versions.node.split('.').map(Number)
  if (major < 20) fail(`Lantern needs Node 20 or newer to start; this is ${process.versions.node}.`)
  installPackages()
  const node = findNode24()
  const child = spawn(node, [at('scripts', name), ...args], {
    cwd: root,
    // The channel tells the script that this process is gone, however it went.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ''}`,
      LANTERN_STARTED_AT: String(startedAt),
    },
  })
  // A terminal sends Ctrl-C to the whole group, so the script has it already.
  process.on('SIGINT', () => {})
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'))
  child.once('error', (error) => fail(`Node 24 does not start: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

function installPackages() {
  const lock = readFileSync(at('package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex')
  const marker = at('node_modules', '.lantern-lock')
  if (existsSync(marker) && readFileSync(marker, 'utf8') === hash) return
  if (!isInstalled(JSON.parse(lock.toString()))) {
    say(existsSync(at('node_modules')) ? 'Packages are old: installing' : 'Installing packages')
    const result = npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], root)
    if (result.status !== 0) fail('npm ci failed. What it printed above says why.')
  }
  writeFileSync(marker, hash)
}

/** Whether npm's own record of node_modules names the versions of the lockfile. */
function isInstalled(lock) {
  const record = at('node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const { packages } = JSON.parse(readFileSync(record, 'utf8'))
  return Object.entries(lock.packages).every(
    ([name, wanted]) =>
      name === '' || wanted.optional || packages[name]?.version === wanted.version,
  )
}

/** The `node` package brings a binary of its own; npm may be set to skip the step that fetches it. */
function findNode24() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  const folder = at('node_modules', 'node')
  const binary = path.join(folder, 'bin', 'node')
  if (!runs(binary)) {
    say('Fetching Node 24')
    spawnSync(process.execPath, ['installArchSpecificPackage'], { cwd: folder, stdio: 'inherit' })
  }
  if (!runs(binary)) {
    fail('Node 24 could not be fetched from the npm registry. Install Node 24 and try again.')
  }
  return binary
}

const runs = (binary) => spawnSync(binary, ['--version']).stdout?.toString().startsWith('v24.')

/** npm as the one who called us, so that a machine with several uses the same. */
function npm(args, cwd) {
  const cli = process.env.npm_execpath
  return cli?.endsWith('.js')
    ? spawnSync(process.execPath, [cli, ...args], { cwd, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' })
}
