import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { endShells, openOver, type FakedScreen, type Viewport } from '../harness/faked-core.ts'
import { FakeCore } from '../renderer/fake-core.ts'
import { SOME_DRAWDOWN, SOME_STRATEGIES } from '../renderer/fake-strategies.ts'

const WIDE = { width: 1920, height: 1080 }
const LAPTOP = { width: 1366, height: 768 }
const BUILT = join(import.meta.dirname, '../../out/renderer')

let core: FakeCore
let screen: FakedScreen

/** The Review workspace over a core with two strategies and a breach. */
async function review(viewport: Viewport): Promise<Page> {
  buildIfNeeded()
  screen = await openOver(core, 'browser', viewport)
  const { page } = screen
  await page.locator('[data-focus="positions"]').waitFor()
  await page.keyboard.press('Alt+4')
  await page.getByRole('meter').first().waitFor()
  return page
}

beforeEach(async () => {
  core = new FakeCore(BUILT)
  core.strategies = SOME_STRATEGIES
  core.drawdown = SOME_DRAWDOWN
  await core.start()
})
afterEach(async () => {
  await screen.close()
  await core.stop()
})
afterAll(() => endShells())

const scrollsSideways = (page: Page) =>
  page.evaluate<boolean>(
    'document.scrollingElement.scrollWidth > innerWidth ||' +
      "[...document.querySelectorAll('.cards')]" +
      '.some((each) => each.scrollWidth > each.clientWidth)',
  )

describe('the review of strategies', () => {
  it.each([WIDE, LAPTOP])('fits into $width × $height', async (viewport) => {
    const page = await review(viewport)
    expect(await scrollsSideways(page)).toBe(false)
    expect(screen.noise).toEqual([])
  })

  it('says each gauge in a sentence, and its level in a word', async () => {
    const page = await review(WIDE)
    const day = page.getByRole('meter', { name: 'Drawdown of DU1234567, day' })
    const sentence = await day.getAttribute('aria-valuetext')
    expect(sentence).toContain('5.25 % below its peak, 52,500.00 USD lost')
    expect(sentence).toContain('Breached.')
    expect(await page.getByText('Breached', { exact: true }).count()).toBe(1)
    expect(await page.getByText('Warning', { exact: true }).count()).toBe(3)
    expect(await page.getByText('17,900.00 USD left to the limit').count()).toBe(3)
    expect(await page.getByText('Provisional', { exact: true }).count()).toBe(1)
  })

  it('shows what the broker has beyond the ledger', async () => {
    const page = await review(WIDE)
    const row = page.getByRole('row', { name: /^Unexplained/ })
    expect(await row.textContent()).toContain('+12.34')
    const rowOf = (table: string) =>
      page.getByRole('region', { name: table }).getByRole('row', { name: /^momentum/ })
    expect(await rowOf('Equity of strategies').textContent()).toContain('262,024.18')
    expect(await rowOf('Exposure of strategies').textContent()).toContain('12.50%18.00%')
  })

  it('explains the value of the account, and the equity of whom is chosen', async () => {
    const page = await review(WIDE)
    await page.getByRole('tab').filter({ hasText: 'P&L bridge' }).click()
    await page.getByRole('button', { name: 'Last day' }).click()
    await page.getByRole('table', { name: 'Why it changed: Value' }).waitFor()
    const whose = page.getByLabel('Whose')
    const options = whose.locator('option')
    await options.filter({ hasText: 'momentum' }).waitFor({ state: 'attached' })
    expect(await options.allTextContents()).toEqual([
      ...['Account', 'momentum', 'meanrev', 'Unattributed', 'Unallocated'],
    ])
    await whose.selectOption('UNATTRIBUTED')
    const table = page.getByRole('table', { name: 'Why it changed: Equity of Unattributed' })
    expect(await table.getByRole('row', { name: /^Trading/ }).textContent()).toContain('+10.00')
    expect(core.calls).toEqual(['explain the account', 'explain UNATTRIBUTED'])
    expect(screen.noise).toEqual([])
  })

  it('gives capital in a dialog, and refuses what is no amount', async () => {
    const page = await review(LAPTOP)
    await page.getByRole('button', { name: 'Allocate capital…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Allocate capital' })
    await dialog.getByLabel('Strategy').fill('value')
    await dialog.getByLabel('Amount in the base currency').fill('1e5')
    await dialog.getByRole('button', { name: 'Allocate', exact: true }).click()
    expect(await dialog.getByRole('alert').textContent()).toContain('plain decimal')
    await dialog.getByLabel('Amount in the base currency').fill('2500.50')
    await dialog.getByLabel('Reason').fill('to begin')
    await dialog.getByRole('button', { name: 'Allocate', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(core.calls).toContain('allocate value 2500.50 to begin')
  })
})
