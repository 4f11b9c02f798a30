import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { averageOf, differencesOnScreen } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import { controlOf, type Control } from '../harness/gateway.ts'
import { endAllPrograms, eventually, PROJECT } from '../harness/program.ts'
import { differencesInTable, until, written, type Screen } from '../harness/screen.ts'
import { closeBrowser, SHELLS, startIn, type Shell } from '../harness/shells.ts'
import type { Workstation } from '../harness/workstation.ts'

const AAPL = 265598
const READY_WITHIN_MS = 10_000

const folder = makeFolder()
let gateway: Control
let workstation: Workstation
let screen: Screen
let readyAt = 0

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** What `npm run demo --` runs; here with the Node that runs the tests. */
function demoCommand(): readonly [string, ...string[]] {
  const manifest = JSON.parse(readFileSync(resolve(PROJECT, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly demo: string }
  }
  const [node, launcher = '', ...flags] = manifest.scripts.demo.split(' ')
  expect(node).toBe('node')
  return [launcher, ...flags]
}

beforeAll(buildIfNeeded)
afterAll(async () => {
  await endAllPrograms()
  await closeBrowser()
  folder.remove()
})

async function begin(shell: Shell): Promise<void> {
  const controlPort = await freePort()
  const record = folder.path(`${shell}.jsonl`)
  const [launcher, ...flags] = demoCommand()
  const wanted = ['--control-port', String(controlPort), '--record', record, '--http-port', '0']
  const shown = await startIn(shell, [...flags, ...wanted], [launcher])
  readyAt = performance.now()
  gateway = controlOf(controlPort, record)
  screen = shown.screen
  workstation = shown.workstation
}

const expected = async () => expectedBook(await gateway.record())

/** The whole book, in the core and on the screen, is what the record says. */
async function equalsTheRecord(): Promise<void> {
  const book = await expected()
  await until(() => differencesOnScreen(workstation.client, book, 'derived')).toEqual([])
  await until(() => differencesInTable(screen, workstation.client, book)).toEqual([])
}

async function averageShown(strategy: string): Promise<string> {
  const book = await expected()
  const position = book.positions.get(`${strategy}|${AAPL}`)!
  return written(averageOf(position, book, '1')!.toFixed(18), 2)
}

describe.each(SHELLS)('npm run demo, in the %s', (shell) => {
  let execId = ''

  beforeAll(() => begin(shell))

  it('shows a book of thirty positions and four strategies within ten seconds', async () => {
    await until(() => screen.rowCount('positions')).toBeGreaterThanOrEqual(30)
    await eventually('every strategy holds something', async () => {
      const rows = await workstation.client.positions.list({})
      const strategies = new Set(rows.map(({ strategy }) => strategy))
      return ['MOMENTUM', 'MEANREV', 'CARRY', 'TREND', 'UNATTRIBUTED'].every((name) =>
        strategies.has(name),
      )
    })
    await screen.page.getByText('MEANREV', { exact: true }).first().waitFor()
    await screen.page.getByText('Unattributed', { exact: true }).first().waitFor()
    expect(performance.now() - readyAt).toBeLessThan(READY_WITHIN_MS)
    expect(await screen.page.locator('.realm').textContent()).toBe('SIMULATED')
  })

  it('shows every quantity and average of the record once the market stands still', async () => {
    await gateway.hush()
    await equalsTheRecord()
  })

  it('puts a new fill on top, and into its strategy’s row', async () => {
    const order = { symbol: 'AAPL', side: 'buy', quantity: '123', price: '201.25' }
    const told = await gateway.tell('/fill', { ...order, orderRef: 'MOMENTUM:by-hand' })
    execId = String(told['execId'])
    const top = screen.row('fills', 0)
    await until(() => top.textContent()).toContain('201.25')
    expect(await top.textContent()).toMatch(/AAPL.*Buy.*123.*201\.25.*MOMENTUM/)
    await screen.filter('AAPL')
    const position = (await expected()).positions.get(`MOMENTUM|${AAPL}`)!
    await until(() => screen.cell(`MOMENTUM|${AAPL}`, 'quantity')).toBe(
      written(position.quantity.toFixed()),
    )
    await until(() => screen.cell(`MOMENTUM|${AAPL}`, 'averageCost')).toBe(
      await averageShown('MOMENTUM'),
    )
  })

  it('marks a corrected fill, and folds its position anew', async () => {
    await gateway.tell('/correct', { execId, price: '187.5' })
    await until(() => screen.row('fills', 0).textContent()).toMatch(/rev 2.*187\.50/)
    await until(() => screen.cell(`MOMENTUM|${AAPL}`, 'averageCost')).toBe(
      await averageShown('MOMENTUM'),
    )
    await screen.filter('')
    await equalsTheRecord()
  })

  it('takes the opening position back, takes it again, and has it confirmed', async () => {
    await screen.banner(/holdings taken over from the broker/).waitFor()
    await screen.button('Undo').click()
    await screen.button('Yes, undo').click()
    await screen.banner('Opening position undone').waitFor()
    const kept = await workstation.client.positions.list({})
    const unattributed = kept.filter(
      ({ strategy, quantity }) => strategy === 'UNATTRIBUTED' && quantity !== '0',
    )
    const byHand = new Set(
      [...(await expected()).fills.values()]
        .filter(({ orderRef }) => orderRef === '')
        .map(({ conId }) => conId),
    )
    expect(unattributed.filter(({ conId }) => !byHand.has(conId))).toEqual([])
    await screen.button('Take the opening position again').click()
    await screen.banner(/holdings taken over from the broker/).waitFor()
    await equalsTheRecord()
    await screen.button('Confirm').click()
    await until(() => screen.page.locator('.banner.question').count()).toBe(0)
    expect((await workstation.client.book.state({})).opening).toBe('confirmed')
  })

  it('goes on with the market', async () => {
    const corrected = async (): Promise<number> =>
      (await gateway.record()).executions.filter(({ revision }) => revision > 1).length
    const before = (await workstation.client.book.state({})).fills
    const correctedBefore = await corrected()
    await gateway.tell('/scenario', { name: 'corrections' })
    await gateway.tell('/resume')
    await until(async () => (await workstation.client.book.state({})).fills).toBeGreaterThan(before)
    await gateway.tell('/advance', { seconds: 30 })
    await gateway.hush()
    await equalsTheRecord()
    expect(await corrected()).toBeGreaterThan(correctedBefore)
  })

  it('keeps the theme that was chosen', async () => {
    const theme = () => screen.page.evaluate<string>('document.documentElement.dataset.theme')
    expect(await theme()).toBe('dark')
    while (!(await screen.button(/^Theme: /).getAttribute('aria-label'))?.endsWith('light')) {
      await screen.button(/^Theme: /).click()
    }
    await until(theme).toBe('light')
    // What is changed is saved a moment later, once for several changes.
    const saved = async () => (await workstation.client.workspace.load()).document?.theme
    await until(saved).toBe('light')
    await screen.page.reload()
    await until(() => screen.rowCount('positions')).toBeGreaterThanOrEqual(30)
    await until(theme).toBe('light')
  })

  it('has said nothing in the console and broken no policy', () => {
    expect(screen.noise).toEqual([])
  })

  it('ends its gateway with itself', async () => {
    await screen.close()
    expect((await workstation.stop()).code).toBe(0)
    await expect(gateway.ask('/health')).rejects.toThrow()
  })
})
