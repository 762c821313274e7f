import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { standBack } from './stand-back.ts'

/** 19th field of proc(5). */
const niceOf = (pid: number, thread: string) => {
  const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
}

test('a program that runs gets nicer, with its children and their threads', async () => {
  const script = 'setInterval(() => {}, 1000); console.log(process.pid)'
  const line = ['-c', `"${process.execPath}" -e "${script}"; true`]
  const shell = spawn('sh', line, { stdio: ['ignore', 'pipe', 'ignore'] })
  const [said] = (await once(shell.stdout, 'data')) as [Buffer]
  const child = Number(said.toString())
  const before = niceOf(child, `${child}`)
  await standBack(shell.pid!, before + 3)
  const threads = readdirSync(`/proc/${child}/task`)
  expect(threads.length).toBeGreaterThan(1)
  expect(new Set(threads.map((thread) => niceOf(child, thread)))).toEqual(new Set([before + 3]))
  expect(niceOf(shell.pid!, `${shell.pid}`)).toBe(before + 3)
  process.kill(child)
  await once(shell, 'exit')
})

test('one that is gone costs nothing', async () => {
  await expect(standBack(2 ** 22 + 1, 5)).resolves.toBeUndefined()
})
