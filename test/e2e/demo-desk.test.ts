import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { until } from '../harness/screen.ts'
import { closeBrowser, SHELLS, startIn, type Shell } from '../harness/shells.ts'
import { connect, type Workstation } from '../harness/workstation.ts'

const folder = makeFolder()

beforeAll(buildIfNeeded)
afterEach(endAllPrograms)
afterAll(async () => {
  await closeBrowser()
  folder.remove()
})

const start = (shell: Shell, dataDir: string, port: number) =>
  startIn(shell, [
    ...['--port', String(port), '--client-id', '7', '--data-dir', dataDir],
    ...['--http-port', '0'],
  ])

/** The accounts a data directory has a ledger of. */
function accountsIn(dataDir: string): readonly string[] {
  const ledgers = join(dataDir, 'ledger')
  const files = existsSync(ledgers) ? readdirSync(ledgers) : []
  return files.filter((name) => name.endsWith('.duckdb')).map((name) => name.slice(0, -7))
}

/** Where scripts are told that this very program answers. */
const isToldIn = (dataDir: string, { url }: Workstation): boolean => {
  const file = join(dataDir, 'api.json')
  return existsSync(file) && readFileSync(file, 'utf8').includes(new URL(url).origin)
}

/** The throw-away data directory of this program's demo; null when there is none. */
const demoFolderOf = (workstation: Workstation): string | null =>
  readdirSync(tmpdir())
    .filter((name) => name.startsWith('truebook-demo-'))
    .map((name) => join(tmpdir(), name))
    .find((dataDir) => isToldIn(dataDir, workstation)) ?? null

describe.each(SHELLS)('the demo desk of the first run, in the %s', (shell) => {
  it('opens in one click in books of its own, and gives way to the real desk', async () => {
    const dataDir = folder.dataDir(`first run, ${shell}`)
    // Nothing listens there.
    const { screen, workstation } = await start(shell, dataDir, 1)
    const realm = () => screen.page.locator('.realm').textContent()
    for (const time of ['once', 'again']) {
      await screen.button('Open the demo desk').click()
      await until(() => screen.rowCount('positions').catch(() => 0)).toBeGreaterThanOrEqual(30)
      expect(await realm(), time).toBe('SIMULATED')
      const demo = demoFolderOf(workstation) ?? ''
      expect(accountsIn(demo)).toEqual(['DEMO1000001'])
      expect(accountsIn(dataDir)).toEqual([])
      expect(isToldIn(dataDir, workstation)).toBe(false)

      await screen.button('Back to the real desk').click()
      await screen.button('Open the demo desk').waitFor()
      expect(existsSync(demo)).toBe(false)
      expect(accountsIn(dataDir)).toEqual([])
      expect(isToldIn(dataDir, workstation)).toBe(true)
    }
    const { client } = await connect(workstation.url, workstation.program)
    expect(await client.account.list()).toEqual([])
    expect(await client.demo.state()).toEqual({ desk: 'real', obstacle: null })
  })

  it('does not open where there is a real book', async () => {
    const gateway = await startGatewayProgram(folder.path(`${shell}.jsonl`))
    const dataDir = folder.dataDir(`a real book, ${shell}`)
    const { workstation } = await start(shell, dataDir, gateway.port)
    await workstation.opened()
    await expect(workstation.client.demo.open()).rejects.toThrow(/only while there is no real book/)
    await expect(workstation.client.demo.close()).rejects.toThrow(/was started on this desk/)
    expect(demoFolderOf(workstation)).toBeNull()
    expect((await workstation.link()).state).toBe('connected')
  })
})
