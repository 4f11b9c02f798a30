import type { Session, WebContents, WebPreferences } from 'electron'
import type { Log } from '#ports/log.ts'
import { isPage, ORIGIN, PAGE, POP_OUT_PAGE } from './addresses.ts'

/** Electron's defaults where they are safe, said all the same: a default may change. */
export const SAFE: WebPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInSubFrames: false,
  nodeIntegrationInWorker: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  spellcheck: false,
}

/** The one thing a page asks the system for: putting a table on the clipboard. */
const ALLOWED = 'clipboard-sanitized-write'

const isOurs = (address: string): boolean => address === ORIGIN || address.startsWith(`${ORIGIN}/`)

/** Refuses every permission but one, and every device. */
export function denyPermissions(session: Session): void {
  session.setPermissionCheckHandler((_, permission, ...[origin, { isMainFrame }]) => {
    return permission === ALLOWED && isMainFrame && isOurs(origin)
  })
  session.setPermissionRequestHandler((_, permission, ...[answer, frame]) => {
    answer(permission === ALLOWED && frame.isMainFrame && isOurs(frame.requestingUrl))
  })
  session.setDevicePermissionHandler(() => false)
  // What our page itself has put together may be saved; nothing is fetched from elsewhere.
  session.on('will-download', (event, download) => {
    if (!download.getURL().startsWith(`blob:${ORIGIN}/`)) event.preventDefault()
  })
}

/** Keeps what a window shows to our own pages, and the windows it opens to our pop-out page. */
export function confine(contents: WebContents, log: Log): void {
  const refuse = (what: string, address: string): void =>
    log.warn(`A page was refused ${what}`, { address: address.slice(0, 200) })
  contents.on('will-frame-navigate', (event) => {
    // A page may load itself anew, and a window it opens its first page.
    if (event.isMainFrame && [PAGE, POP_OUT_PAGE].some((page) => isPage(event.url, page))) return
    event.preventDefault()
    refuse('going elsewhere', event.url)
  })
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(({ url }) => {
    if (isPage(url, POP_OUT_PAGE) && isPage(contents.getURL(), PAGE)) {
      return {
        action: 'allow',
        overrideBrowserWindowOptions: { autoHideMenuBar: true, webPreferences: { ...SAFE } },
      }
    }
    refuse('a window', url)
    return { action: 'deny' }
  })
}
