import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Refusal } from './progress.ts'

/** What a running Lantern says about itself, for a second start and for the doctor. */
export interface Running {
  pid: number
  url?: string
}

const fileIn = (dir: string): string => path.join(dir, 'running.json')

/** Undefined where nothing runs on this state folder. */
export async function findRunning(dir: string): Promise<Running | undefined> {
  const text = await readFile(fileIn(dir), 'utf8').catch(() => '')
  const running: Running | undefined = text ? JSON.parse(text) : undefined
  return running && (await isLantern(running.pid)) ? running : undefined
}

/** Two starts on one folder would share its databases. Throws a Refusal for the second. */
export async function takeLock(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const write = () => writeFile(fileIn(dir), JSON.stringify({ pid: process.pid }), { flag: 'wx' })
  const isTaken = await write().then(
    () => false,
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
      return true
    },
  )
  if (!isTaken) return
  const running = await findRunning(dir)
  if (running) {
    const where = running.url ? ` at ${running.url}` : ''
    throw new Refusal(
      `Lantern already runs on ${dir}${where} (process ${running.pid}).\n` +
        'Stop it first, or give this one its own folder and port: LANTERN_DIR=… PORT=0 npm start',
    )
  }
  await rm(fileIn(dir), { force: true }) // left by a start that was killed
  await write()
}

export async function publishRunning(dir: string, url: string): Promise<void> {
  await writeFile(fileIn(dir), JSON.stringify({ pid: process.pid, url }))
}

export async function releaseLock(dir: string): Promise<void> {
  await rm(fileIn(dir), { force: true })
}

/** Process ids are used again, so on Linux the program behind one is looked at too. */
async function isLantern(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  return command === undefined || command.includes('start.ts')
}
