import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { endShells, openOver, type FakedScreen } from '../harness/faked-core.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import { aLink, aPosition, aSnapshot } from '../renderer/fake-book.ts'
import { FakeCore } from '../renderer/fake-core.ts'

const BUILT = join(import.meta.dirname, '../../out/renderer')

let screen: FakedScreen
let page: Page
let core: FakeCore

beforeAll(buildIfNeeded)
afterAll(endShells)
beforeEach(async () => {
  core = new FakeCore(BUILT)
  await core.start()
})
afterEach(async () => {
  await screen.close()
  await core.stop()
})

async function open(shell: Shell): Promise<void> {
  screen = await openOver(core, shell)
  page = screen.page
}

const until = (claim: () => Promise<unknown>) => expect.poll(claim, { timeout: 10_000 })
const grid = (id: string, on: Page = page) => on.locator(`[data-focus="${id}"]`)
const rows = (id: string, on: Page = page) => grid(id, on).locator('.grid-body [role="row"]')
const focused = () => page.evaluate<string>('document.activeElement.dataset.focus ?? ""')
const saved = () => core.workspace.document

/** Has a command of the palette run, as a keyboard does. */
async function command(words: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await until(() => page.getByRole('dialog').count()).toBe(0)
}

async function ready(): Promise<void> {
  await rows('positions').first().waitFor()
}

describe.each(SHELLS)('the keyboard alone, in the %s', (shell) => {
  it('finds a symbol by the palette and opens what is known of it', async () => {
    await open(shell)
    await ready()
    await command('BTC')
    await until(focused).toBe('positions')
    const active = await grid('positions').getAttribute('aria-activedescendant')
    expect(await page.locator(`[id="${active!}"]`).textContent()).toContain('BTC')
    await page.keyboard.press('Enter')
    const details = page.getByRole('dialog')
    await details.getByText('Market value', { exact: true }).waitFor()
    expect(await details.textContent()).toMatch(/From the ledger, as of \d{4}-\d\d-\d\d/)
    await page.keyboard.press('Escape')
    await until(focused).toBe('positions')
  })

  it('selects rows and copies them together', async () => {
    await open(shell)
    await ready()
    await grid('fills').focus()
    for (const key of ['ArrowDown', 'Space', 'ArrowDown', 'Space']) await page.keyboard.press(key)
    expect(await grid('fills').locator('[aria-selected="true"]').count()).toBe(2)
    await page.keyboard.press('Control+C')
    await until(async () => (await screen.clipboard()).split('\n').length).toBe(3)
    await page.keyboard.press('Shift+F10')
    await page.getByRole('menuitem', { name: 'Copy 2 rows, every column' }).waitFor()
    await page.keyboard.press('Escape')
    await until(focused).toBe('fills')
  })

  it('lists its keys, changes one, and turns single ones off', async () => {
    await open(shell)
    await ready()
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.getByRole('button', { name: 'Change the key of: Next panel' }).click()
    await page.keyboard.press('Control+K')
    await help.getByText('Ctrl+K already means').waitFor()
    await help.getByRole('button', { name: 'Change the key of: Next panel' }).click()
    await page.keyboard.press('F7')
    await help.getByLabel(/Single keys/).uncheck()
    await page.keyboard.press('Escape')
    await grid('positions').focus()
    await page.keyboard.press('F7')
    await until(focused).toBe('fills')
    await page.keyboard.press('?')
    expect(await page.getByRole('dialog').count()).toBe(0)
    await until(() => Promise.resolve(saved()?.keys)).toEqual({
      singles: false,
      bound: { 'panel.next': 'F7' },
    })
  })
})

describe.each(SHELLS)('an explanation, in the %s', (shell) => {
  it('goes with what it explains, also when that goes before it is shown', async () => {
    await open(shell)
    await ready()
    const tooltip = page.getByRole('tooltip')
    await rows('positions').first().locator('[data-column="3"]').hover()
    await tooltip.waitFor()
    await page.keyboard.press('Alt+4')
    await until(() => tooltip.count()).toBe(0)
    await page.keyboard.press('Alt+1')
    await ready()
    await page.mouse.move(0, 0)
    await rows('positions').first().locator('[data-column="3"]').hover()
    await page.keyboard.press('Alt+4')
    await page.waitForTimeout(800)
    expect(await tooltip.count()).toBe(0)
  })
})

describe.each(SHELLS)('the columns, in the %s', (shell) => {
  it('are hidden and chosen, and stay so after a restart', async () => {
    await open(shell)
    await ready()
    const titles = () => grid('positions').getByRole('columnheader').allTextContents()
    await grid('positions')
      .getByRole('columnheader', { name: 'Unrlzd %' })
      .click({ button: 'right' })
    await page.getByRole('menuitem', { name: 'Hide Unrlzd %' }).click()
    await until(titles).not.toContain('Unrlzd %')
    await until(() => Promise.resolve(saved()?.tables['positions']?.hidden)).toEqual([
      'unrealizedPercent',
    ])
    await page.reload()
    await ready()
    expect(await titles()).not.toContain('Unrlzd %')
    await page
      .getByRole('toolbar', { name: 'Positions tools' })
      .getByRole('button', { name: 'Columns' })
      .click()
    await page.getByRole('menuitemcheckbox', { name: /^Unrlzd %/ }).click()
    await until(titles).toContain('Unrlzd %')
  })
})

describe.each(SHELLS)('the first start, in the %s', (shell) => {
  it('shows who listens, connects by a press, and says how to enable the API', async () => {
    core.snapshot = aSnapshot({
      ...{ accounts: [], book: null, positions: [], fills: [], orders: [] },
      link: aLink({
        ...{ state: 'waiting', realm: 'UNKNOWN', capabilities: null, heardAt: null },
        problem: { code: 502, message: 'Nothing listens.', remedy: 'Start TWS.' },
      }),
    })
    const port = { host: '127.0.0.1', kind: 'TWS', speaksIb: true, serverVersion: 193 } as const
    core.listening = [
      { ...port, port: 7497, realm: 'PAPER', state: 'open', problem: null },
      {
        ...port,
        port: 7496,
        realm: 'LIVE',
        state: 'closed',
        problem: null,
        speaksIb: null,
        serverVersion: null,
      },
    ]
    await open(shell)
    await page.getByText('Enable ActiveX and Socket Clients').waitFor()
    await page.getByText('Master Client ID').waitFor()
    const found = page.getByRole('row', { name: /127\.0\.0\.1:7497/ })
    expect(await found.textContent()).toContain('PAPER')
    await found.getByRole('button', { name: 'Connect' }).click()
    await until(() => Promise.resolve(core.calls)).toEqual(['configure 127.0.0.1:7497 17'])
    expect(screen.noise).toEqual([])
  })
})

describe.each(SHELLS)('the connection panel, in the %s', (shell) => {
  it('shows the link, takes another address, and names what TWS can say', async () => {
    await open(shell)
    await ready()
    await command('show connection')
    const panel = page.getByRole('region', { name: 'Connection', exact: true })
    await panel.getByText('What TWS can say').waitFor()
    expect(await panel.getByRole('row', { name: /1100, 2110/ }).textContent()).toContain(
      'IB’s servers',
    )
    await panel.getByLabel('Port').fill('seven')
    await panel.getByRole('button', { name: 'Connect', exact: true }).first().click()
    await panel.getByText('The port must be a number').waitFor()
    await panel.getByLabel('Port').fill('4002')
    await panel.getByRole('button', { name: 'Connect', exact: true }).first().click()
    await until(() => Promise.resolve(core.calls)).toEqual(['configure 127.0.0.1:4002 17'])
  })
})

describe.each(SHELLS)('everything that can be pressed, in the %s', (shell) => {
  it('has a name, a role and at least 24 pixels', async () => {
    core.say({ positions: [aPosition()] })
    await open(shell)
    await ready()
    const wrong = await page.evaluate<string[]>(`[...document.querySelectorAll(
      'button, select, input, [role=tab], [role=menuitem], [role=grid], [role=treegrid]')]
      .filter((each) => each.offsetParent !== null)
      .flatMap((each) => {
        const { width, height } = each.getBoundingClientRect()
        const label = each.labels?.[0]?.textContent
        const name = each.getAttribute('aria-label') ?? label ?? each.textContent
        const what = each.outerHTML.slice(0, 90)
        return [
          ...(name.trim() === '' ? ['no name: ' + what] : []),
          ...(width < 24 || height < 23.5 ? [width + 'x' + height + ': ' + what] : []),
        ]
      })`)
    expect(wrong).toEqual([])
  })
})
