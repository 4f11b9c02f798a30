import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openChromium } from '../test/harness/chromium.ts'
import { endAllPrograms, startProgram } from '../test/harness/program.ts'
import { makeLedger } from './made-ledger.ts'
import { percentile, type Measured } from './results.ts'

const FILLS = 100_000
const STARTS = 5

/**
 * A cold start of the browser shell on a ledger of a hundred thousand fills, without a gateway:
 * from the start of the program a user starts to the first row of positions painted in a browser
 * that is open already. The middle one of five starts.
 */
export async function screen(folder: string): Promise<Measured> {
  mkdirSync(join(folder, 'ledger'))
  await makeLedger(join(folder, 'ledger'), FILLS)
  const browser = await openChromium()
  const readyMs: number[] = []
  const positionsMs: number[] = []
  try {
    for (let start = 0; start < STARTS; start += 1) {
      const { ready, positions } = await startOnce(browser, folder)
      readyMs.push(ready)
      positionsMs.push(positions)
    }
  } finally {
    await browser.close()
    await endAllPrograms()
  }
  return {
    'screen.fills': FILLS,
    'screen.readyMs': percentile(readyMs, 50),
    'screen.firstPositionsMs': percentile(positionsMs, 50),
  }
}

async function startOnce(
  browser: Browser,
  folder: string,
): Promise<{ readonly ready: number; readonly positions: number }> {
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 } })
  const page = await context.newPage()
  const start = performance.now()
  // No gateway listens at port 1: the ledger alone says what there is.
  const flags = ['--no-open', '--host', '127.0.0.1', '--port', '1', '--data-dir', folder]
  const program = startProgram('scripts/launch.ts', flags)
  const [, url = ''] = await program.says(/^Truebook ready: (.+)$/)
  const ready = performance.now() - start
  await page.goto(url)
  await page.locator('[data-focus="positions"] [role="row"][aria-level="1"]').first().waitFor()
  const positions = performance.now() - start
  await context.close()
  await program.stop()
  return { ready, positions }
}
