import {
  Finding,
  checkDead,
  checkHealth,
  deleteVideo,
  leave,
  play,
  signUp,
  uploadClip,
  waitUntilReady,
} from './lib/doctor.ts'
import { ensureFfmpeg } from './lib/ffmpeg.ts'
import { findRunning } from './lib/lock.ts'
import { runMain, say } from './lib/progress.ts'
import { readSettings } from './lib/settings.ts'

await runMain(async () => {
  const { dir, port } = readSettings(process.env)
  const running = await findRunning(dir)
  const url = process.env['LANTERN_URL'] || running?.url || `http://127.0.0.1:${port || 8787}`
  say(`Examining ${url}`)
  try {
    await examineAll(url)
  } catch (error) {
    if (!(error instanceof Finding)) throw error
    say(`NOT  ${error.message}`)
    console.log(`\n  What to try: ${error.advice}\n`)
    process.exitCode = 1
    return
  }
  say('Lantern is well')
})

async function examineAll(url: string): Promise<void> {
  await ensureFfmpeg()
  await checkHealth(url)
  const patient = await signUp(url)
  const videoId = await uploadClip(patient)
  try {
    await play(url, patient.client, videoId, 'Play it at once, from its own bytes')
    await waitUntilReady(patient.client, videoId)
    const hlsUrl = await play(url, patient.client, videoId)
    await deleteVideo(patient.client, videoId)
    await checkDead(patient.client, videoId, hlsUrl)
  } catch (error) {
    await leave(patient).catch(() => undefined) // and with it whatever it has left
    throw error
  }
  await leave(patient)
}
