import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { endAllPrograms } from '../harness/program.ts'
import { scenes, type Scene } from '../harness/scene.ts'
import { until, type Screen } from '../harness/screen.ts'
import { SHELLS, type Shell } from '../harness/shells.ts'
import type { Workstation } from '../harness/workstation.ts'

const SIZES = [
  { width: 1920, height: 1080 },
  { width: 1366, height: 768 },
  { width: 960, height: 1080 },
]
const { begin: beginScene, end } = scenes()
let workstation: Workstation
let screen: Screen
let dataDir: string
let gateway: Scene['gateway']

beforeAll(buildIfNeeded)
afterEach(endAllPrograms)
afterAll(end)

/** A workstation whose Review is on screen, once the account has been measured. */
async function begin(shell: Shell, story: string): Promise<void> {
  ;({ workstation, screen, dataDir, gateway } = await beginScene(shell, story))
  await screen.page.keyboard.press('Alt+4')
  await day().waitFor()
}

const dialog = () => screen.page.getByRole('dialog', { name: 'Drawdown limits' })
const day = () => screen.page.getByRole('meter', { name: /^Drawdown of DEMO\d+, day$/ })
const field = (name: string) => dialog().getByLabel(name, { exact: true })
const choice = (name: string) => dialog().getByRole('combobox', { name })
const drawdownOf = (name: string | RegExp) =>
  screen.page.getByRole('region', {
    name: typeof name === 'string' ? `Drawdown of ${name}` : name,
    exact: true,
  })
const openLimits = () =>
  drawdownOf(/^Drawdown of DEMO\d+$/).getByRole('button', { name: 'Limits…' })

/** What the settings file holds of them. */
function kept(): unknown {
  const text = readFileSync(join(dataDir, 'settings.json'), 'utf8')
  return (JSON.parse(text) as { drawdownLimits?: unknown }).drawdownLimits
}

/** The marks of the account's gauges, as the core measures by them. */
async function marks(scope: string): Promise<readonly (readonly (string | null)[])[]> {
  const { scopes } = await workstation.client.drawdown.state({})
  const gauges = scopes.find((one) => one.scope === scope)?.gauges ?? []
  return gauges.flatMap(({ period, limits }) =>
    limits.map(({ measure, warning, breach }) => [period, measure, warning, breach]),
  )
}

const ACCOUNT_DAY = {
  ...{ scope: 'account', period: 'daily', measure: 'percent' },
  ...{ warning: '2', breach: '3.5', hysteresis: '0.25' },
}

describe.each(SHELLS)('drawdown limits, in the %s', (shell) => {
  it('are set by the keyboard alone, and count at once', async () => {
    await begin(shell, 'keyboard')
    const { keyboard } = screen.page
    await openLimits().focus()
    await keyboard.press('Enter')
    await field('Day: warning').waitFor()
    expect(await choice('Whose').inputValue()).toBe('account')
    await field('Day: warning').focus()
    await keyboard.type('4')
    await keyboard.press('Tab')
    await keyboard.type('3.5')
    await keyboard.press('Tab')
    await keyboard.type('0.25')
    await keyboard.press('Tab')
    await keyboard.press('Enter')
    const alert = dialog().getByRole('alert')
    await until(() => alert.textContent()).toMatch(
      /^Day of DEMO\d+: the breach must be beyond the warning\.$/,
    )
    for (const [said, refusal] of [
      ['0', /a mark must be above 0\.$/],
      ['100.1', /a mark in percent must not be above 100\.$/],
      ['lots', /the warning must be a plain number, such as 2\.5\.$/],
    ] as const) {
      await field('Day: warning').fill(said)
      await dialog().getByRole('button', { name: 'Set limits' }).click()
      await until(() => alert.textContent()).toMatch(refusal)
    }
    expect(await marks('account')).toEqual([])
    await field('Day: warning').fill('2')
    await dialog().getByRole('button', { name: 'Set limits' }).press('Enter')
    await dialog().waitFor({ state: 'detached' })
    expect(kept()).toEqual([ACCOUNT_DAY])
    expect(await marks('account')).toEqual([['daily', 'percent', '2', '3.5']])
    await until(() => day().getAttribute('aria-valuetext')).toContain('left to the limit')
    expect(await openLimits().and(screen.page.locator(':focus')).count()).toBe(1)
    expect(screen.noise).toEqual([])
    await screen.close()
  })

  it('of every strategy count for one until it has its own, in percent or in money', async () => {
    await begin(shell, 'every strategy')
    await workstation.client.settings.change({ values: { drawdownLimits: [ACCOUNT_DAY] } })
    // The dialog offers whom the screen shows as it opens: those that have traded.
    for (const strategy of ['CARRY', 'TREND']) {
      const order = { symbol: 'SPY', side: 'buy', quantity: '1', orderRef: `${strategy}:1` }
      await gateway.tell('/fill', order)
      await drawdownOf(strategy).waitFor()
    }
    await openLimits().click()
    await choice('Whose').selectOption('Every strategy')
    await choice('Measured in').selectOption('money')
    await field('Week: breach').fill('8000')
    await choice('Whose').selectOption('TREND')
    expect(await field('Week: breach').getAttribute('placeholder')).toBe('8000')
    await field('Total: warning').fill('500')
    await dialog().getByRole('button', { name: 'Set limits' }).click()
    await dialog().waitFor({ state: 'detached' })
    const everyStrategy = ['weekly', 'money', null, '8000']
    await until(() => marks('strategy:CARRY')).toEqual([everyStrategy])
    expect(await marks('strategy:TREND')).toEqual([['total', 'money', '500', null], everyStrategy])
    expect(kept()).toHaveLength(3)

    await openLimits().click()
    expect(await field('Day: breach').inputValue()).toBe('3.5')
    for (const part of ['warning', 'breach', 'hysteresis']) await field(`Day: ${part}`).fill('')
    await dialog().getByRole('button', { name: 'Set limits' }).click()
    await dialog().waitFor({ state: 'detached' })
    expect(await marks('account')).toEqual([])
    expect(kept()).toHaveLength(2)
    expect(screen.noise).toEqual([])
    await screen.close()
  })

  it('fit into a window of any size', async () => {
    await begin(shell, 'sizes')
    for (const size of SIZES) {
      await screen.page.setViewportSize(size)
      await openLimits().click()
      const box = await dialog().boundingBox()
      expect(box === null ? 0 : box.x + box.width).toBeLessThanOrEqual(size.width)
      const isCut = '(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)'
      expect(await screen.page.evaluate(`${isCut}(document.querySelector('.dialog'))`)).toBe(false)
      await screen.page.keyboard.press('Escape')
      await dialog().waitFor({ state: 'detached' })
    }
    await screen.close()
  })
})
