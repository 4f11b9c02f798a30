import { EventEmitter } from 'node:events'
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron'
import type { Page } from 'playwright-core'
import { WebContents } from './contents.ts'
import { browserOf, gone, preventable } from './life.ts'
import { originOf, permissions } from './scheme.ts'

const AT_FIRST = {
  ...{ visible: true, maximized: false, fullScreen: false },
  ...{ minimized: false, focused: false },
}
const USUAL = { x: 0, y: 0, width: 800, height: 600 }
/** Set by the app: told of every contents there is. */
export const created = new EventEmitter()

/** A window: its page is real, its frame is only remembered. */
export class BrowserWindow extends EventEmitter {
  static readonly #all = new Set<BrowserWindow>()
  readonly webContents: WebContents
  readonly options: BrowserWindowConstructorOptions
  #bounds: Rectangle
  #state = AT_FIRST

  constructor(options: BrowserWindowConstructorOptions = {}, popup: Page | null = null) {
    super()
    browserOf()
    this.options = options
    const { x, y, width, height } = { ...USUAL, ...options }
    this.#bounds = { x, y, width, height }
    this.#state = { ...AT_FIRST, visible: options.show !== false }
    this.webContents = new WebContents(options.webPreferences ?? {}, popup)
    BrowserWindow.#all.add(this)
    created.emit('contents', this.webContents)
    this.webContents.on('destroyed', () => {
      BrowserWindow.#all.delete(this)
      this.emit('closed')
      if (BrowserWindow.#all.size === 0) created.emit('none left')
    })
  }

  static getAllWindows(): BrowserWindow[] {
    return [...this.#all]
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return [...this.#all].find(({ webContents }) => webContents === contents) ?? null
  }

  async loadURL(address: string): Promise<void> {
    await this.webContents.loadURL(address)
    this.emit('ready-to-show')
  }

  loadFile(): never {
    throw new Error('No page is loaded from file://.')
  }

  close(): void {
    const event = preventable()
    this.emit('close', event)
    if (!event.isPrevented) this.destroy()
  }

  destroy(): void {
    void gone(this.webContents.close())
  }

  isDestroyed = (): boolean => this.webContents.isDestroyed()
  isVisible = (): boolean => this.#state.visible
  isMinimized = (): boolean => this.#state.minimized
  isMaximized = (): boolean => this.#state.maximized
  isFullScreen = (): boolean => this.#state.fullScreen
  isFocused = (): boolean => this.#state.focused
  getBounds = (): Rectangle => ({ ...this.#bounds })
  getNormalBounds = (): Rectangle => ({ ...this.#bounds })
  setBounds = (bounds: Partial<Rectangle>): void => {
    this.#bounds = { ...this.#bounds, ...bounds }
  }
  show = (): void => this.#become({ visible: true, focused: true })
  hide = (): void => this.#become({ visible: false, focused: false })
  focus = (): void => this.#become({ focused: true })
  blur = (): void => this.#become({ focused: false })
  restore = (): void => this.#become({ minimized: false })
  minimize = (): void => this.#become({ minimized: true, focused: false })
  maximize = (): void => this.#become({ maximized: true })
  setFullScreen = (fullScreen: boolean): void => this.#become({ fullScreen })

  #become(state: Partial<typeof AT_FIRST>): void {
    this.#state = { ...this.#state, ...state }
  }
}

/** The permissions a browser can be told to grant, by Electron's names. */
const GRANTS = [
  ['clipboard-sanitized-write', 'clipboard-write'],
  ['clipboard-read', 'clipboard-read'],
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['midi', 'midi'],
] as const

/** Grants a page what the app's own handler grants it, and nothing else. */
export async function grantAllowed(contents: WebContents, address: string): Promise<void> {
  const { origin } = new URL(address)
  const allows = permissions.check
  const granted = GRANTS.filter(([permission]) =>
    allows === null ? true : allows(contents, permission, originOf(address), MAIN),
  )
  await browserOf().grantPermissions(
    granted.map(([, name]) => name),
    { origin },
  )
}
const MAIN = { isMainFrame: true }
