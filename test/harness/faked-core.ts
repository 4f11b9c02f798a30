import type * as Electron from 'electron'
import { _electron, type Browser, type Page } from 'playwright-core'
import { PORT_CHANNEL } from '#shared/api/bridge.ts'
import { electronBinary } from '../../scripts/electron.ts'
import type { FakeCore } from '../renderer/fake-core.ts'
import { openChromium } from './chromium.ts'
import { launchStandIn, lookOn } from './electron/stand-in.ts'
import { makeFolder } from './folder.ts'
import { attach, endAllPrograms, PROJECT } from './program.ts'
import { clipboardOf, type Shell } from './shells.ts'

/** The screen of a shell over a core that does what a test says. */
export type FakedScreen = {
  readonly page: Page
  /** What the console has said; empty is well. */
  readonly noise: readonly string[]
  /** What lies on the clipboard. */
  readonly clipboard: () => Promise<string>
  /** Ends the page in a browser; a desktop window stays for the next, and hears nothing more. */
  readonly close: () => Promise<void>
}

export type Viewport = { readonly width: number; readonly height: number }
const LAPTOP: Viewport = { width: 1366, height: 768 }

/** A desktop program that is running, with its own core cut off from its window. */
type Desktop = {
  readonly page: Page
  readonly clipboard: () => Promise<string>
  /** Puts another core behind the window’s ports. */
  readonly putBehind: (where: Where) => Promise<void>
}
type Where = { readonly channel: string; readonly url: string }

const folder = makeFolder()
/** One of each for a file's whole life: what starts slowly is shared. */
let browser: Browser | null = null
const desktops = new Map<Shell, Promise<Desktop>>()

/** Shows what this core says, in a window of this shell, as if just started. */
export async function openOver(
  core: FakeCore,
  shell: Shell,
  viewport: Viewport = LAPTOP,
): Promise<FakedScreen> {
  if (shell === 'browser') return await inBrowser(core.url, viewport)
  const start = shell === 'desktop window on Electron' ? startElectron : startStandIn
  const desktop = desktops.get(shell) ?? start()
  desktops.set(shell, desktop)
  return await inDesktop(await desktop, core.url, viewport)
}

/** For `afterAll`. */
export async function endShells(): Promise<void> {
  await browser?.close()
  browser = null
  desktops.clear()
  await endAllPrograms()
  folder.remove()
}

async function inBrowser(url: string, viewport: Viewport): Promise<FakedScreen> {
  browser ??= await openChromium()
  const context = await browser.newContext({
    viewport,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const { noise } = listen(page)
  await page.goto(url)
  return {
    page,
    noise,
    clipboard: () => page.evaluate<string>('navigator.clipboard.readText()'),
    close: () => context.close(),
  }
}

async function inDesktop(desktop: Desktop, url: string, viewport: Viewport): Promise<FakedScreen> {
  const { page, clipboard } = desktop
  const socket = new URL(url)
  socket.protocol = 'ws:'
  socket.pathname = '/rpc'
  await page.setViewportSize(viewport)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  const { noise, stop } = listen(page)
  await desktop.putBehind({ channel: PORT_CHANNEL, url: socket.href })
  await page.reload()
  const close = async (): Promise<void> => {
    stop()
    const others = page.context().pages()
    await Promise.all(others.filter((one) => one !== page).map((one) => one.close()))
    await page.evaluate(DEAF)
  }
  return { page, noise, clipboard, close }
}

/** The page gets no further port, so that the core of the next test never hears of it. */
const DEAF = `window.addEventListener('message',
  (event) => event.stopImmediatePropagation(), { capture: true })`

function listen(page: Page): { readonly noise: string[]; readonly stop: () => void } {
  const noise: string[] = []
  const onConsole = (message: { type(): string; text(): string }): void => {
    if (['error', 'warning'].includes(message.type())) noise.push(message.text())
  }
  const onError = (error: Error): void => void noise.push(error.message)
  page.on('console', onConsole)
  page.on('pageerror', onError)
  const stop = (): void => {
    page.off('console', onConsole)
    page.off('pageerror', onError)
  }
  return { noise, stop }
}

/** Nothing listens there: the core of the program itself has nothing to say. */
const flags = (name: string): string[] => [
  ...['--port', '1', '--client-id', '7', '--data-dir', folder.dataDir(name)],
]

async function startStandIn(): Promise<Desktop> {
  const { evaluate, mainPage } = await lookOn(launchStandIn(flags('stand-in')))
  const page = await mainPage()
  return {
    page,
    clipboard: () => clipboardOf(page),
    putBehind: (where) => evaluate(relay, where),
  }
}

async function startElectron(): Promise<Desktop> {
  const args = [PROJECT, '--', ...flags('electron')]
  const app = await _electron.launch({ executablePath: electronBinary() ?? '', args })
  attach(app.process())
  return {
    page: await app.firstWindow(),
    clipboard: () => app.evaluate(({ clipboard }) => clipboard.readText()),
    putBehind: (where) => app.evaluate(relay, where),
  }
}

/**
 * Runs in the main process: what the window sends through its port goes on to a core elsewhere,
 * and back. Page, preload, port and windows are the program's own; only its core is not asked.
 */
function relay({ ipcMain }: Pick<typeof Electron, 'ipcMain'>, { channel, url }: Where): void {
  ipcMain.removeAllListeners(channel)
  ipcMain.on(channel, ({ ports: [port] }) => {
    const socket = new WebSocket(url)
    const waiting: string[] = []
    socket.addEventListener('open', () => {
      for (const text of waiting.splice(0)) socket.send(text)
    })
    socket.addEventListener('message', ({ data }) => port?.postMessage(data))
    socket.addEventListener('close', () => port?.close())
    port?.on('close', () => socket.close())
    port?.on('message', ({ data }) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(String(data))
      else waiting.push(String(data))
    })
    port?.start()
  })
}
