import type { BrowserContext, Page } from 'playwright-core'

/**
 * Collects what a visitor's tabs complain of: console errors, uncaught exceptions, requests that
 * broke and answers of 400 and more. An aborted request is none: pages end streams when they leave.
 */
export function watchFaults(visitor: BrowserContext): () => string[] {
  const faults: string[] = []
  const where = (page: Page | null | undefined) => (page ? new URL(page.url()).pathname : '')
  visitor.on('console', (message) => {
    if (message.type() !== 'error') return
    faults.push(`console on ${where(message.page())}: ${message.text()}`)
  })
  visitor.on('weberror', (error) => {
    faults.push(`exception on ${where(error.page())}: ${error.error().stack ?? error.error()}`)
  })
  visitor.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'no reason'
    if (reason !== 'net::ERR_ABORTED')
      faults.push(`${request.method()} ${request.url()}: ${reason}`)
  })
  visitor.on('response', (response) => {
    if (response.status() < 400) return
    faults.push(`${response.request().method()} ${response.url()}: ${response.status()}`)
  })
  return () => faults.splice(0)
}
