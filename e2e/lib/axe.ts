import { readFile } from 'node:fs/promises'
import { inRoot } from '../../scripts/lib/paths.ts'
import type { AxeResults } from 'axe-core'
import type { Frame, Page } from 'playwright-core'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']

interface WithAxe {
  axe: { run: (what: Document, options: object) => Promise<AxeResults> }
}

/** What axe calls serious or critical, one line an element. */
export async function findBarriers(page: Page | Frame): Promise<string[]> {
  const isThere = await page.evaluate(() => 'axe' in globalThis)
  if (!isThere) await page.evaluate(await axeSource())
  const { violations } = await page.evaluate(
    (values) =>
      (globalThis as unknown as WithAxe).axe.run(document, {
        runOnly: { type: 'tag', values },
        resultTypes: ['violations'],
      }),
    tags,
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    )
}

/** Evaluated through the debugger, so the page's content security policy does not stop it. */
let source: Promise<string> | undefined
const axeSource = () => (source ??= readFile(inRoot('node_modules/axe-core/axe.min.js'), 'utf8'))
