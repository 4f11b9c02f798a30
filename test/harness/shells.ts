import { _electron, type Browser, type Page } from 'playwright-core'
import { electronBinary } from '../../scripts/electron.ts'
import { openChromium } from './chromium.ts'
import { launchStandIn, lookOn } from './electron/stand-in.ts'
import { attach, PROJECT, startProgram, type Program } from './program.ts'
import { lookAtScreen, openScreen, type Screen } from './screen.ts'
import { connect, readyUrl, type Workstation } from './workstation.ts'

/**
 * The shells one workstation has. The desktop window runs on the stand-in everywhere, and on
 * Electron itself where its binary is.
 */
export type Shell = 'browser' | 'desktop window on the stand-in' | 'desktop window on Electron'
export const SHELLS: readonly Shell[] = [
  'browser',
  'desktop window on the stand-in',
  ...(electronBinary() === null ? [] : (['desktop window on Electron'] as const)),
]

/** A workstation and its screen, in one of the shells. */
export type Shown = { readonly workstation: Workstation; readonly screen: Screen }

let browser: Browser | null = null

/** Starts the workstation in a shell; without a program of its own, the browser shell's. */
export async function startIn(
  shell: Shell,
  flags: readonly string[],
  program: readonly string[] = ['out/main/web.js'],
): Promise<Shown> {
  if (shell === 'browser') return await inBrowser(flags, program)
  return shell === 'desktop window on the stand-in'
    ? await onStandIn(flags)
    : await onElectron(flags)
}

/** For `afterAll`. */
export async function closeBrowser(): Promise<void> {
  await browser?.close()
  browser = null
}

async function inBrowser(
  flags: readonly string[],
  [file = '', ...first]: readonly string[],
): Promise<Shown> {
  const program = startProgram(file, [...first, '--no-open', ...flags])
  browser ??= await openChromium()
  const url = await readyUrl(program)
  const screen = await openScreen(browser, url)
  return { workstation: await connect(url, program), screen }
}

async function onStandIn(flags: readonly string[]): Promise<Shown> {
  const program = launchStandIn(flags)
  const standIn = await lookOn(program)
  const page = await standIn.mainPage()
  const screen = await lookAtScreen(page, {
    clipboard: () => clipboardOf(page),
    close: () => Promise.resolve(),
  })
  return { workstation: await connect(await readyUrl(program), program), screen }
}

/** The page itself may only write: whoever owns the browser lets itself in for a moment. */
export async function clipboardOf(page: Page): Promise<string> {
  const { origin } = new URL(page.url())
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
  const text = await page.evaluate<string>('navigator.clipboard.readText()')
  await page.context().grantPermissions(['clipboard-write'], { origin })
  return text
}

async function onElectron(flags: readonly string[]): Promise<Shown> {
  const executablePath = electronBinary() ?? ''
  const app = await _electron.launch({ executablePath, args: [PROJECT, '--', ...flags] })
  const program: Program = attach(app.process())
  const url = await readyUrl(program)
  const screen = await lookAtScreen(await app.firstWindow(), {
    clipboard: () => app.evaluate(({ clipboard }) => clipboard.readText()),
    close: () => Promise.resolve(),
  })
  return { workstation: await connect(url, program), screen }
}
