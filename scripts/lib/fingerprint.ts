import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { inRoot } from './paths.ts'

/** A hash over the names and bytes of files and folders, given relative to the repository. */
export async function fingerprint(sources: string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const source of sources) {
    for (const file of await listFiles(source)) {
      hash.update(`${file}\0`).update(await readFile(inRoot(file)))
    }
  }
  return hash.digest('hex')
}

async function listFiles(source: string): Promise<string[]> {
  const entries = await readdir(inRoot(source), { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return undefined
      throw error
    },
  )
  if (!entries) return [source]
  return entries
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => path.relative(inRoot(), path.join(entry.parentPath, entry.name)))
    .toSorted()
}

/** Runs `build` unless `output` was built from the same sources. */
export async function whenChanged(options: {
  sources: string[]
  output: string
  marker: string
  build: () => Promise<unknown>
}): Promise<boolean> {
  const { sources, output, marker, build } = options
  const wanted = await fingerprint(sources)
  const built = await readFile(inRoot(marker), 'utf8').catch(() => '')
  if (built === wanted && existsSync(inRoot(output))) return false
  await build()
  await mkdir(path.dirname(inRoot(marker)), { recursive: true })
  await writeFile(inRoot(marker), wanted)
  return true
}
