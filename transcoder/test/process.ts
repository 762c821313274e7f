import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

/** Empty where the process is gone, or is on its way. */
function look(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}

/**
 * Process ids of the ffmpeg and ffprobe that work below `folder`: it is their current folder, or
 * what is mounted in their namespace.
 */
export const listFfmpeg = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) =>
      /^ff(mpeg|probe)$/.test(look(() => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim()),
    )
    .filter(
      (pid) =>
        look(() => readlinkSync(`/proc/${pid}/cwd`)).startsWith(folder) ||
        look(() => readFileSync(`/proc/${pid}/mountinfo`, 'utf8')).includes(`${folder}/`),
    )
    .map(Number)
