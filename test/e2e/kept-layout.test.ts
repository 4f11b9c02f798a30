import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { until, type Screen } from '../harness/screen.ts'
import { closeBrowser, SHELLS, startIn, type Shell, type Shown } from '../harness/shells.ts'

const folder = makeFolder()
let gateway: GatewayProgram

beforeAll(async () => {
  buildIfNeeded()
  gateway = await startGatewayProgram(folder.path('record.jsonl'), ['--master-client-id', '7'])
})
afterAll(async () => {
  await endAllPrograms()
  await closeBrowser()
  folder.remove()
})

const dataDirOf = (shell: Shell): string => folder.dataDir(shell)

/** Runs the program from its start to its end, on a port of its own each time. */
async function oneRun(shell: Shell, look: (shown: Shown) => Promise<void>): Promise<void> {
  const dataDir = dataDirOf(shell)
  const flags = ['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir]
  const shown = await startIn(shell, flags)
  const { screen, workstation } = shown
  await until(() => screen.rowCount('positions')).toBeGreaterThan(0)
  await look(shown)
  expect(screen.noise).toEqual([])
  await screen.close()
  expect((await workstation.stop()).code).toBe(0)
}

const groups = (screen: Screen) => screen.page.getByRole('tab', { selected: true }).count()
const message = (screen: Screen, text: string) =>
  screen.page.getByRole('status', { name: 'Messages' }).getByText(text)
const namesOf = (dataDir: string, kind: string) =>
  readdirSync(dataDir).filter((name) => name.startsWith(`workspace.${kind}.`))

describe.each(SHELLS)('the layout of a trader, in the %s', (shell) => {
  const dataDir = dataDirOf(shell)
  const file = join(dataDir, 'workspace.json')

  it('is there again after a restart, on another port and in another page', async () => {
    await oneRun(shell, async ({ screen, workstation }) => {
      expect(await groups(screen)).toBe(2)
      await screen.page.locator('[data-focus="fills"]').focus()
      await screen.page.keyboard.press('Alt+Shift+ArrowDown')
      await until(() => groups(screen)).toBe(3)
      await until(async () => (await workstation.client.workspace.load()).document).toBeTruthy()
    })
    await oneRun(shell, ({ screen }) => until(() => groups(screen)).toBe(3))
  })

  it('gives way to the last good one when the file is damaged, which is kept', async () => {
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -40))
    await oneRun(shell, async ({ screen }) => {
      await message(screen, 'The saved layout is damaged; the last good one is shown').waitFor()
      await until(() => groups(screen)).toBe(3)
    })
    expect(namesOf(dataDir, 'unreadable')).toHaveLength(1)
  })

  it('is left to the newer program that wrote it', async () => {
    const newer = JSON.stringify({ version: 99, panes: ['of', 'a', 'later', 'day'] })
    writeFileSync(file, newer)
    await oneRun(shell, async ({ screen }) => {
      await message(screen, 'The saved layout was written by a newer Truebook').waitFor()
      await until(() => groups(screen)).toBe(3)
    })
    const [kept = ''] = namesOf(dataDir, 'newer')
    expect(readFileSync(join(dataDir, kept), 'utf8')).toBe(newer)
  })
})
