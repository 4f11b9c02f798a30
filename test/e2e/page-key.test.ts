import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { openChromium } from '../harness/chromium.ts'
import { FakeCore } from '../renderer/fake-core.ts'

const BUILT = join(import.meta.dirname, '../../out/renderer')

let browser: Browser
let core: FakeCore

beforeAll(async () => {
  buildIfNeeded()
  browser = await openChromium()
})
afterAll(() => browser.close())
beforeEach(async () => {
  core = new FakeCore(BUILT)
  await core.start()
})
afterEach(() => core.stop())

async function open(url: string): Promise<Page> {
  const page = await browser.newPage()
  await page.goto(url)
  return page
}

const firstPosition = (page: Page) =>
  page.locator('[data-focus="positions"] .grid-body [role="row"]').first()

/** Only a page in a browser has an address, and a key in it: a desktop window has a port. */
describe('the key of a page in the browser', () => {
  it('is taken out of the address bar and found again after a reload', async () => {
    const page = await open(core.url)
    await firstPosition(page).waitFor()
    expect(page.url()).not.toContain('token')
    await page.reload()
    await firstPosition(page).waitFor()
    await page.close()
  })

  it('is asked for when there is none, or one of another run', async () => {
    const without = await open(core.url.replace(/\?.*/, ''))
    await without.getByText('Open the link the program printed').waitFor()
    await without.close()
    const other = await browser.newContext()
    const page = await other.newPage()
    await page.goto(`${core.url}x`)
    await page.getByText('This page’s key is not accepted').waitFor()
    await other.close()
  })
})
