import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const aliases = Object.entries((JSON.parse(read('package.json')) as Package).imports)
const dockerfile = read('Dockerfile')

interface Package {
  imports: Record<string, string>
}

/** What a file loads when it runs: `import type` is gone by then. */
function listImports(file: string): string[] {
  const statements = read(file).matchAll(
    /^(?:import|export)\s(?!type\s)(?:[\w\s{},*]+\sfrom\s)?'([^']+)'/gm,
  )
  const calls = read(file).matchAll(/\bimport\('([^']+)'\)/g)
  return [...statements, ...calls].map((match) => match[1]!)
}

/** A path from the root, or the name of a package. */
function resolve(from: string, name: string): string {
  if (name.startsWith('.')) return path.join(path.dirname(from), name)
  for (const [pattern, target] of aliases) {
    const [start, place] = [pattern.slice(0, -1), target.slice(0, -1)]
    if (name.startsWith(start)) return path.join(place, name.slice(start.length))
  }
  return name
}

function follow(start: string) {
  const files = new Set([start])
  const packages = new Set<string>()
  for (const file of files) {
    for (const name of listImports(file).map((each) => resolve(file, each))) {
      if (name.startsWith('node:')) continue
      if (name.endsWith('.ts')) files.add(name)
      else packages.add(name)
    }
  }
  return { files: [...files], packages: [...packages] }
}

const { files, packages } = follow('transcoder/main.ts')

test('the image holds every file that the transcoder loads', () => {
  const copied = [...dockerfile.matchAll(/^COPY (.+) \S+$/gm)].flatMap((line) =>
    line[1]!.split(' '),
  )
  const missing = files.filter(
    (file) => !copied.some((place) => file === place || file.startsWith(`${place}/`)),
  )
  expect(files.length).toBeGreaterThan(30)
  expect(files.every((file) => existsSync(path.join(root, file)))).toBe(true)
  expect(missing).toEqual([])

  // Docker sees nothing but what these lines let through.
  const rules = read('.dockerignore').split('\n')
  const sent = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
  expect(sent.toSorted()).toEqual(copied.toSorted())
  const held = rules.filter((rule) => /^[\w/]+$/.test(rule))
  expect(files.filter((file) => held.some((place) => file.startsWith(`${place}/`)))).toEqual([])
})

test('the image installs every package that the transcoder loads', () => {
  const kept = /const keep = \[([^\]]+)\]/.exec(dockerfile)![1]!.match(/[^', ]+/g)
  expect(kept!.toSorted()).toEqual(packages.toSorted())
})

test('the image has the wall, the programs behind it, and no root', () => {
  const installed = /apt-get install (.*)/.exec(dockerfile)![1]!.split(' ')
  for (const name of ['bubblewrap', 'ffmpeg', 'util-linux']) expect(installed).toContain(name)
  expect(dockerfile).toMatch(/^USER node$/m)
})
