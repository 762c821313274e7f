import path from 'node:path'
import { type Locator, type Page } from 'playwright-core'

/** Chooses files in the upload page's own chooser. */
export async function chooseFiles(page: Page, files: string[]): Promise<void> {
  const opening = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose files' }).click()
  await (await opening).setFiles(files)
}

export const rowOf = (page: Page, file: string): Locator =>
  page.getByRole('article', { name: path.basename(file), exact: true })

/** The value of a progress bar; null where the row shows none. */
export async function percentOf(bar: Locator): Promise<number | null> {
  const value = await bar.getAttribute('aria-valuenow', { timeout: 500 }).catch(() => null)
  return value === null ? null : Number(value)
}

/** Notes each value that a progress bar of the page ever shows, by the bar's name. */
export async function recordProgress(page: Page): Promise<() => Promise<Record<string, number[]>>> {
  await page.evaluate(() => {
    const seen: Record<string, number[]> = {}
    const note = () => {
      for (const bar of document.querySelectorAll('[role=progressbar]')) {
        const [name, value] = [bar.getAttribute('aria-label'), bar.getAttribute('aria-valuenow')]
        if (name === null || value === null) continue
        const values = (seen[name] ??= [])
        if (values.at(-1) !== Number(value)) values.push(Number(value))
      }
    }
    const attributes = { attributes: true, attributeFilter: ['aria-valuenow'] }
    const everything = { ...attributes, subtree: true, childList: true }
    new MutationObserver(note).observe(document.body, everything)
    Object.assign(globalThis, { seenProgress: seen })
  })
  return () => page.evaluate(() => (globalThis as unknown as Recorder).seenProgress)
}

interface Recorder {
  seenProgress: Record<string, number[]>
}
