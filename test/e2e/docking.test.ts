import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { aLayout, aWorkspace } from '../fakes/workspace-document.ts'
import { endShells, openOver, type FakedScreen, type Viewport } from '../harness/faked-core.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import { aFill } from '../renderer/fake-book.ts'
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

async function open(shell: Shell, viewport?: Viewport): Promise<void> {
  screen = await openOver(core, shell, viewport)
  page = screen.page
}

const until = (claim: () => Promise<unknown>) => expect.poll(claim, { timeout: 10_000 })
const grid = (id: string, on: Page = page) => on.locator(`[data-focus="${id}"]`)
const rows = (id: string, on: Page = page) => grid(id, on).locator('.grid-body [role="row"]')
const tabs = async () =>
  (await page.getByRole('tab').allTextContents()).map((text) => text.replace(/\d+$/, ''))
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

describe.each(SHELLS)('the panels, in the %s', (shell) => {
  it('stand as planned, and nothing is saved for that', async () => {
    await open(shell)
    await ready()
    expect(await tabs()).toEqual(['Positions', 'Orders', 'Fills'])
    expect(await page.getByRole('tab', { selected: true }).count()).toBe(2)
    expect(saved()).toBeNull()
    expect(screen.noise).toEqual([])
  })

  it('are moved without a mouse, and stand there again after a restart', async () => {
    await open(shell)
    await ready()
    await grid('fills').focus()
    await command('move this panel down')
    await until(() => page.getByRole('tab', { selected: true }).count()).toBe(3)
    await until(() => Promise.resolve(saved()?.layouts['monitor']?.['standard'])).toBeTruthy()
    await page.reload()
    await ready()
    await until(() => page.getByRole('tab', { selected: true }).count()).toBe(3)
    await command('reset layout')
    await until(() => page.getByRole('tab', { selected: true }).count()).toBe(2)
    await until(() => Promise.resolve(saved()?.layouts['monitor'])).toEqual({})
    expect(screen.noise).toEqual([])
  })

  it('are closed, shown again, and fill the window', async () => {
    await open(shell)
    await ready()
    await grid('fills').focus()
    await command('close this panel')
    await until(tabs).toEqual(['Positions', 'Orders'])
    await command('show fills')
    await until(tabs).toContain('Fills')
    await until(focused).toBe('fills')
    await page.keyboard.press('Alt+Enter')
    await until(() => grid('positions').isVisible()).toBe(false)
    await page.keyboard.press('Alt+Enter')
    await until(() => grid('positions').isVisible()).toBe(true)
  })

  it('are dragged by their tabs', async () => {
    await open(shell)
    await ready()
    const orders = page.getByRole('tab', { name: 'Orders' })
    const target = (await grid('positions').boundingBox())!
    await orders.dragTo(grid('positions'), {
      targetPosition: { x: target.width - 30, y: target.height / 2 },
    })
    await until(() => page.getByRole('tab', { selected: true }).count()).toBe(3)
    await until(() => Promise.resolve(saved()?.layouts['monitor']?.['standard'])).toBeTruthy()
  })

  it('stand under one another at 200 %, and the page scrolls down only', async () => {
    for (const viewport of [
      { width: 960, height: 540 },
      { width: 683, height: 384 },
      { width: 480, height: 540 },
    ]) {
      await open(shell, viewport)
      await ready()
      const boxes = await page.locator('.dv-groupview').evaluateAll((all) =>
        (all as { getBoundingClientRect(): { top: number; height: number } }[]).map((each) => {
          const { top, height } = each.getBoundingClientRect()
          return { top, height }
        }),
      )
      expect(boxes).toHaveLength(3)
      expect(Math.min(...boxes.map(({ height }) => height))).toBeGreaterThan(200)
      expect(boxes.map(({ top }) => top)).toEqual(
        boxes.map(({ top }) => top).toSorted((a, b) => a - b),
      )
      expect(
        await page.evaluate('document.scrollingElement.scrollWidth <= innerWidth'),
        `${viewport.width}`,
      ).toBe(true)
      await screen.close()
    }
    await open(shell)
  })

  it('open in a window of their own with live rows, and come back when it is closed', async () => {
    await open(shell)
    await ready()
    await page.getByRole('button', { name: 'Panel Fills' }).click()
    const opening = page.context().waitForEvent('page')
    await page.getByRole('menuitem', { name: /Window of its own/ }).click()
    const popout = await opening
    await rows('fills', popout).first().waitFor()
    expect(new URL(popout.url()).pathname).toBe('/popout.html')
    expect(await grid('fills').count()).toBe(0)
    core.say({
      fills: [
        aFill({
          fillId: 'ffff.1',
          execId: 'ffff.1.01',
          symbol: 'NEWS',
          name: 'NEWS',
          executedAt: Date.now(),
        }),
      ],
    })
    await popout
      .getByRole('rowheader')
      .or(popout.getByText('NEWS'))
      .filter({ hasText: 'NEWS' })
      .first()
      .waitFor()
    expect(await popout.evaluate('document.documentElement.dataset.theme')).toBe('dark')
    await grid('fills', popout).focus()
    await popout.keyboard.press('ArrowDown')
    await popout.keyboard.press('Enter')
    await popout.getByRole('dialog', { name: 'Details: Fills' }).waitFor()
    await popout.keyboard.press('Escape')
    await popout.close()
    await rows('fills').first().waitFor()
    expect(screen.noise).toEqual([])
  })
})

describe.each(SHELLS)('a saved layout, in the %s', (shell) => {
  it('that names a panel nobody has shows a placeholder, and keeps its place', async () => {
    const layout = aLayout()
    const panels = {
      ...layout.panels,
      orders: { id: 'orders', contentComponent: 'horoscope', title: 'Horoscope' },
    }
    const document = aWorkspace({ layouts: { monitor: { standard: { ...layout, panels } } } })
    core.workspace = { document, notice: null }
    await open(shell)
    await ready()
    await page.getByRole('tab', { name: 'Horoscope' }).click()
    await page.getByText('has no panel “Horoscope”').waitFor()
    await until(() =>
      Promise.resolve(
        saved()?.layouts['monitor']?.['standard']?.panels['orders']?.contentComponent,
      ),
    ).toBe('horoscope')
  })

  it('that was damaged or newer gives way to the standard one, and says so', async () => {
    const notice = 'The saved layout is damaged; the standard one is shown instead.'
    core.workspace = { document: null, notice }
    await open(shell)
    await ready()
    await page.getByRole('status', { name: 'Messages' }).getByText(notice).waitFor()
    expect(await tabs()).toEqual(['Positions', 'Orders', 'Fills'])
  })
})
