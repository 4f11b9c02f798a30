import { BrowserWindow, dialog, screen, type WebContents } from 'electron'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import { SMALLEST, visibleBounds, windowStateOf } from './bounds.ts'
import { afterCrash } from './crashes.ts'
import { SAFE } from './hardening.ts'
import { PAGE } from './addresses.ts'

export type WindowSettings = {
  /** The built preload, as an absolute path. */
  readonly preload: string
  readonly icon: string
  readonly clock: Clock
  readonly log: Log
  /** Where the window's state is kept between runs. */
  readonly memory: { readonly read: () => unknown; readonly write: (state: unknown) => void }
}

type PopOut = Pick<BrowserWindow, 'isDestroyed' | 'destroy'>

/** The one main window, opened again when it was closed. What it shows is the page's business. */
export class MainWindow {
  readonly #settings: WindowSettings
  #window: BrowserWindow | null = null
  #crashes: readonly number[] = []
  /** Panels the page has moved out: they live by the page that opened them. */
  readonly #popOuts = new Set<PopOut>()

  constructor(settings: WindowSettings) {
    this.#settings = settings
  }

  get contents(): WebContents | null {
    return this.#window?.webContents ?? null
  }

  /** Brings the window forward, opening it where there is none. */
  show(): void {
    const window = this.#window
    if (window === null) {
      this.#open()
      return
    }
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  }

  /** Takes the window out of sight while the core stops. */
  hide(): void {
    this.#remember()
    this.#window?.hide()
  }

  #open(): void {
    const { memory, preload, icon } = this.#settings
    const state = windowStateOf(memory.read())
    const window = new BrowserWindow({
      ...visibleBounds(state?.bounds ?? null, workAreas()),
      minWidth: SMALLEST.width,
      minHeight: SMALLEST.height,
      title: 'Truebook',
      icon,
      show: false,
      // The ground of the dark theme: no white flash before the page is there.
      backgroundColor: '#0f1216',
      webPreferences: { ...SAFE, preload },
    })
    this.#window = window
    window.once('ready-to-show', () => {
      if (state?.isMaximized === true) window.maximize()
      if (state?.isFullScreen === true) window.setFullScreen(true)
      window.show()
    })
    window.on('close', () => this.#remember())
    window.on('closed', () => {
      this.#window = null
      this.#closePopOuts()
    })
    this.#watch(window)
    void this.#load(window)
  }

  #watch(window: BrowserWindow): void {
    const { log } = this.#settings
    const { webContents } = window
    webContents.on('render-process-gone', (_, { reason, exitCode }) => {
      if (reason === 'clean-exit') return
      log.error('The screen crashed; the core goes on', { reason, exitCode })
      // Without their page they would stand there empty.
      this.#closePopOuts()
      const { crashes, reload } = afterCrash(this.#crashes, this.#settings.clock.monotonic())
      this.#crashes = crashes
      if (reload) webContents.reload()
      else void this.#ask(window)
    })
    window.on('unresponsive', () => log.warn('The screen does not respond; the core goes on'))
    webContents.on('did-create-window', (popOut) => {
      popOut.setBounds(visibleBounds(popOut.getBounds(), workAreas()))
      this.#popOuts.add(popOut)
      popOut.on('closed', () => void this.#popOuts.delete(popOut))
    })
  }

  #closePopOuts(): void {
    for (const popOut of [...this.#popOuts]) if (!popOut.isDestroyed()) popOut.destroy()
    this.#popOuts.clear()
  }

  async #load(window: BrowserWindow): Promise<void> {
    try {
      await window.loadURL(PAGE)
    } catch (error) {
      this.#settings.log.error('The screen could not be loaded', { why: String(error) })
    }
  }

  /** After crash upon crash: the trader decides, for nothing is at stake but the view. */
  async #ask(window: BrowserWindow): Promise<void> {
    const { response } = await dialog.showMessageBox({
      type: 'error',
      title: 'Truebook',
      message: 'The screen keeps failing.',
      detail: 'The book is not affected: fills go on being recorded. Load the screen again?',
      buttons: ['Load again', 'Close the window'],
      defaultId: 0,
      cancelId: 1,
    })
    this.#crashes = []
    if (window.isDestroyed()) return
    if (response === 0) window.webContents.reload()
    else window.destroy()
  }

  #remember(): void {
    const window = this.#window
    if (window === null || window.isDestroyed()) return
    this.#settings.memory.write({
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
      isFullScreen: window.isFullScreen(),
    })
  }
}

/** The primary display comes first. */
function workAreas() {
  const primary = screen.getPrimaryDisplay()
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id)
  return [primary, ...others].map(({ workArea }) => workArea)
}
