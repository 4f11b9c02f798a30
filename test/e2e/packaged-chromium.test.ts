import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Browser, CDPSession } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launch } from '../harness/chromium.ts'
import { packagedChromium, type Executable } from '../harness/packaged-chromium.ts'

/** The fonts a browser has written an element's text in. */
async function fontsOf(session: CDPSession, selector: string): Promise<readonly string[]> {
  await session.send('DOM.enable')
  await session.send('CSS.enable')
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
  const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId })
  return fonts.map(({ familyName }) => familyName)
}

/** It comes for this platform only; everywhere else the tests ask for an installed one. */
const isForHere = process.platform === 'linux' && process.arch === 'x64'

describe.runIf(isForHere)('the browser that comes with the packages', () => {
  let executable: Executable
  let browser: Browser

  beforeAll(async () => {
    executable = packagedChromium()
    browser = await launch(executable)
  })
  afterAll(() => browser.close())

  it('brings the libraries a bare Debian lacks', async () => {
    const session = await browser.newBrowserCDPSession()
    const { processInfo } = await session.send('SystemInfo.getProcessInfo')
    const own = processInfo.find(({ type }) => type === 'browser')
    const loaded = readFileSync(`/proc/${own?.id ?? 0}/maps`, 'utf8')
    const brought = join(dirname(executable.path), 'al2023', 'lib')
    for (const name of ['libnss3.so', 'libnspr4.so', 'libexpat.so.1']) {
      expect(loaded).toContain(join(brought, name))
    }
  })

  it('writes every kind of text in the font that comes along', async () => {
    const page = await browser.newPage()
    await page.setContent(
      '<p id="sans" style="font-family: system-ui, sans-serif">1,234.50 −7 —</p>' +
        '<p id="mono" style="font-family: ui-monospace, monospace">U1234567</p>',
    )
    const session = await page.context().newCDPSession(page)
    expect(await fontsOf(session, '#sans')).toEqual(['Open Sans'])
    expect(await fontsOf(session, '#mono')).toEqual(['Open Sans'])
  })
})
