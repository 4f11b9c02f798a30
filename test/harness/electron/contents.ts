import { EventEmitter } from 'node:events'
import type { CDPSession, Page } from 'playwright-core'
import type { BrowserWindowConstructorOptions, WindowOpenHandlerResponse } from 'electron'
import { browserOf, gone, preventable } from './life.ts'
import { MessagePortMain } from './message-port.ts'
import { fromBrowser, originOf, toBrowser } from './scheme.ts'
import { ISOLATED, isolatedWorld, MAIN_WORLD, TO_MAIN } from './worlds.ts'

type Preferences = NonNullable<BrowserWindowConstructorOptions['webPreferences']>
type Told =
  | { kind: 'ipc'; channel: string; args: unknown[]; ports: string[] }
  | { kind: 'message'; number: string; data: string }
  | { kind: 'close'; number: string }

export const ipcMain = new EventEmitter()
let made = 0

/** Everything a page that is not safe could do is refused before there is a page. */
function assertSafe(preferences: Preferences): void {
  const unsafe = ['nodeIntegration', 'nodeIntegrationInSubFrames', 'webviewTag'] as const
  const safe = ['contextIsolation', 'sandbox', 'webSecurity'] as const
  const isWrong =
    unsafe.some((name) => preferences[name] === true) ||
    safe.some((name) => preferences[name] === false)
  if (isWrong) throw new Error('The stand-in runs only isolated, sandboxed pages.')
}

/** One page of Chromium as Electron's WebContents. */
export class WebContents extends EventEmitter {
  readonly id = (made += 1)
  readonly #preferences: Preferences
  #page: Promise<Page>
  #shown: Page | null = null
  #devtools: CDPSession | null = null
  #ports = new Map<string, MessagePortMain>()
  #openHandler: (details: { url: string }) => WindowOpenHandlerResponse = () => ({
    action: 'allow',
  })
  #wanted: string | null = null
  #isDestroyed = false

  constructor(preferences: Preferences, popup: Page | null = null) {
    super()
    assertSafe(preferences)
    this.#preferences = preferences
    this.#page = popup === null ? this.#open() : Promise.resolve(this.#adopt(popup))
  }

  get page(): Page | null {
    return this.#shown
  }

  isDestroyed(): boolean {
    return this.#isDestroyed
  }

  getURL(): string {
    return fromBrowser(this.#shown?.url() ?? '')
  }

  setWindowOpenHandler(handler: (details: { url: string }) => WindowOpenHandlerResponse): void {
    this.#openHandler = handler
  }

  async loadURL(address: string): Promise<void> {
    const url = toBrowser(address)
    const page = await this.#page
    this.#wanted = url
    await page.goto(url)
  }

  /** A page that crashed is shown anew in a process of its own. */
  reload(): void {
    const address = this.getURL()
    const before = this.#shown
    this.#page = this.#open()
    // It may crash again while it loads; its wreck is closed all the same.
    void gone(this.loadURL(address)).then(() => gone(before?.close() ?? Promise.resolve()))
  }

  forcefullyCrashRenderer(): void {
    void gone(this.#devtools?.send('Page.crash') ?? Promise.resolve())
  }

  /** Asks the app whether the page may go there; true when nobody objects. */
  allows(url: string, isMainFrame: boolean): boolean {
    if (this.#wanted === url) {
      this.#wanted = null
      return true
    }
    const details = Object.assign(preventable(), { url: fromBrowser(url), isMainFrame })
    this.emit('will-frame-navigate', details)
    if (isMainFrame) this.emit('will-navigate', details)
    return !details.isPrevented
  }

  /** Asks the app whether the page may open this window. */
  opens(url: string): WindowOpenHandlerResponse {
    return this.#openHandler({ url: fromBrowser(url) })
  }

  async close(): Promise<void> {
    const page = await this.#page
    await page.close()
  }

  async #open(): Promise<Page> {
    const page = this.#adopt(await browserOf().newPage())
    const devtools = await browserOf().newCDPSession(page)
    this.#devtools = devtools
    const { preload } = this.#preferences
    if (preload === undefined) return page
    devtools.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === TO_MAIN) this.#hear(JSON.parse(payload) as Told, executionContextId)
    })
    // Ports live as long as the document that holds their other end.
    devtools.on('Runtime.executionContextsCleared', () => this.#losePorts())
    await devtools.send('Runtime.enable')
    await devtools.send('Runtime.addBinding', { name: TO_MAIN, executionContextName: ISOLATED })
    await devtools.send('Page.enable')
    const source = MAIN_WORLD
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source })
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
      source: isolatedWorld(preload),
      worldName: ISOLATED,
    })
    return page
  }

  #adopt(page: Page): Page {
    this.#shown = page
    page.on('crash', () => {
      this.#losePorts()
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 })
    })
    page.on('close', () => {
      // A page that was shown anew leaves its wreck behind.
      if (this.#shown !== page) return
      this.#isDestroyed = true
      this.#losePorts()
      this.emit('destroyed')
    })
    return page
  }

  #hear(told: Told, contextId: number): void {
    if (told.kind === 'message') this.#ports.get(told.number)?.hear(told.data)
    else if (told.kind === 'close') this.#ports.get(told.number)?.lose()
    else {
      const ports = told.ports.map((number) => this.#portOf(number, contextId))
      const url = this.#shown?.url() ?? ''
      const senderFrame = { url: fromBrowser(url), origin: originOf(url), parent: null }
      const event = { sender: this, senderFrame, ports, type: 'frame' }
      ipcMain.emit(told.channel, event, ...told.args)
    }
  }

  #portOf(number: string, contextId: number): MessagePortMain {
    const devtools = this.#devtools
    const port = new MessagePortMain(number, (to, text) => {
      const expression = `__standInFromMain(${JSON.stringify(to)}, ${JSON.stringify(text)})`
      // A document that went away meanwhile hears nothing.
      devtools?.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined)
    })
    this.#ports.set(number, port)
    return port
  }

  #losePorts(): void {
    const ports = [...this.#ports.values()]
    this.#ports.clear()
    for (const port of ports) port.lose()
  }
}
