import type { WindowOpenHandlerResponse } from 'electron'
import type { Dialog, Page, Request, Route } from 'playwright-core'
import { openProfile } from '../chromium.ts'
import { gone, life } from './life.ts'
import { answerOf, fromBrowser } from './scheme.ts'
import { BrowserWindow, grantAllowed } from './window.ts'
import { ASKS_TO_OPEN, SEND_ON } from './worlds.ts'

/** Requests that would have left the program; there should be none. */
export const strays: string[] = []

/** Starts the browser behind every window, in a profile of the app's own. */
export async function startBrowser(profile: string): Promise<void> {
  // Electron tells a port in a page that its other end is gone; browsers keep that to themselves.
  const browser = await openProfile(profile, ['--enable-blink-features=MessagePortCloseEvent'])
  life.browser = browser
  const blank = browser.pages()
  browser.on('page', (page) => void gone(adopt(page)))
  browser.on('dialog', (question) => void decide(question))
  await browser.route('**/*', (route) => answer(route))
  // The browser's own first window goes once the app has one.
  browser.once('page', () => blank.forEach((page) => void gone(page.close())))
}

const windowOf = (page: Page): BrowserWindow | null =>
  BrowserWindow.getAllWindows().find(({ webContents }) => webContents.page === page) ?? null

/** Every page's requests: the app's protocol handler answers, or nobody does. */
async function answer(route: Route): Promise<void> {
  const request = route.request()
  const url = request.url()
  if (request.isNavigationRequest() && !(await mayGo(request))) {
    await gone(route.abort('aborted'))
    return
  }
  const response = await answerOf(url, request.method())
  if (response === null) {
    strays.push(fromBrowser(url))
    await gone(route.abort('internetdisconnected'))
    return
  }
  const answered = route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  })
  await gone(answered)
}

/** Asks the app whether a frame may go where it wants to. */
async function mayGo(request: Request): Promise<boolean> {
  const frame = request.frame()
  const contents = windowOf(frame.page())?.webContents
  if (contents?.allows(request.url(), frame.parentFrame() === null) !== true) return false
  await grantAllowed(contents, request.url())
  return true
}

/** Windows that pages asked for and the app allowed, in the order they asked. */
const allowed: WindowOpenHandlerResponse[] = []

/** A page waits in `window.open` until the app has decided. */
async function decide(question: Dialog): Promise<void> {
  const opener = windowOf(question.page() as Page)
  if (question.message() !== ASKS_TO_OPEN || opener === null) {
    await gone(question.dismiss())
    return
  }
  const response = opener.webContents.opens(question.defaultValue())
  if (response.action === 'allow') {
    allowed.push(response)
    await gone(question.accept('allow'))
  } else {
    await gone(question.dismiss())
  }
}

/**
 * A page that a page opened: it stands empty until it has its window, and is sent on then, so that
 * nothing it asks for is missed.
 */
async function adopt(page: Page): Promise<void> {
  const from = await page.opener()
  const opener = from === null ? null : windowOf(from)
  if (from === null || opener === null) return
  const response = allowed.shift()
  if (response === undefined) {
    await gone(page.close())
    return
  }
  const window = new BrowserWindow({ ...response.overrideBrowserWindowOptions }, page)
  opener.webContents.emit('did-create-window', window, {})
  opener.once('closed', () => window.destroy())
  await from.evaluate(SEND_ON)
}
