import { spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Readable } from 'node:stream'
import type * as Electron from 'electron'
import { app } from './app.ts'
import { strays } from './browser.ts'
import { ipcMain } from './contents.ts'
import { listenForTests } from './control.ts'
import { life } from './life.ts'
import { permissions, protocol, session } from './scheme.ts'
import { BrowserWindow } from './window.ts'

/**
 * The stand-in for Electron: what the built main bundle gets for `electron` where there is no
 * binary. Pages are real ones of Chromium; everything else remembers what it was told.
 */
export { app, BrowserWindow, ipcMain, protocol, session }

type Told = { readonly title?: string; readonly body?: string }
type Asked = { readonly message: string; readonly buttons?: readonly string[] }
/** What the desktop was told, for tests to read; and what the trader answers to a question. */
export const desktop = {
  strays,
  permissions,
  notifications: [] as Notification[],
  errors: [] as string[],
  asked: [] as Asked[],
  answer: null as ((response: number) => void) | null,
  trays: [] as Tray[],
}

export class Notification extends EventEmitter {
  readonly title: string
  readonly body: string

  constructor({ title = '', body = '' }: Told) {
    super()
    this.title = title
    this.body = body
  }

  static isSupported(): boolean {
    return true
  }

  show(): void {
    desktop.notifications.push(this)
  }
}

export const dialog = {
  showErrorBox: (title: string, content: string): void =>
    void desktop.errors.push(`${title}: ${content}`),
  /** Stays open until a test answers. */
  showMessageBox: (asked: Asked): Promise<{ response: number }> => {
    desktop.asked.push(asked)
    return new Promise((resolve) => (desktop.answer = (response) => resolve({ response })))
  },
}

type Item = Electron.MenuItemConstructorOptions
export class Menu {
  static #installed: Menu | null = null
  readonly items: readonly Item[]

  constructor(items: readonly Item[]) {
    this.items = items
  }

  static buildFromTemplate(items: readonly Item[]): Menu {
    for (const { label, role, type } of items) {
      if (label === undefined && role === undefined && type === undefined)
        throw new Error('Invalid submenu: a menu item needs a label, a role or a type')
    }
    return new Menu(items)
  }

  static setApplicationMenu(menu: Menu | null): void {
    this.#installed = menu
  }

  static getApplicationMenu(): Menu | null {
    return this.#installed
  }
}

export const nativeImage = {
  createFromPath: (path: string) => {
    if (!existsSync(path)) throw new Error(`There is no image at ${path}`)
    return { resize: (size: { readonly width: number }) => ({ path, ...size }) }
  },
}

export class Tray extends EventEmitter {
  toolTip = ''
  menu: Menu | null = null
  isDestroyed = false

  constructor(readonly_: unknown) {
    super()
    if (readonly_ === undefined) throw new Error('A tray needs an image')
    desktop.trays.push(this)
  }

  setToolTip(text: string): void {
    this.toolTip = text
  }

  setContextMenu(menu: Menu): void {
    this.menu = menu
  }

  destroy(): void {
    this.isDestroyed = true
  }
}

/** Two displays beside each other unless a test says otherwise. */
const displays = (
  JSON.parse(process.env['STAND_IN_DISPLAYS'] ?? '[[0,0,1920,1040]]') as [number, ...number[]][]
).map(([x, y = 0, width = 0, height = 0], index) => ({
  id: index + 1,
  workArea: { x, y, width, height },
}))
export const screen = {
  getAllDisplays: () => mustBeReady('screen', displays),
  getPrimaryDisplay: () => mustBeReady('screen', displays)[0],
}

function mustBeReady<Value>(what: string, value: Value): Value {
  if (!life.isReady) throw new Error(`The '${what}' module can't be used before the app is ready`)
  return value
}

class UtilityProcess extends EventEmitter {
  readonly stdout: Readable | null
  readonly stderr: Readable | null
  readonly kill: () => boolean

  constructor(program: string, args: readonly string[]) {
    super()
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    this.stdout = child.stdout
    this.stderr = child.stderr
    this.kill = () => child.kill()
    child.once('exit', (code) => this.emit('exit', code ?? 1))
  }
}

export const utilityProcess = {
  fork: (program: string, args: readonly string[] = [], options: { stdio?: string } = {}) => {
    mustBeReady('utilityProcess', null)
    if (!isAbsolute(program)) throw new Error('The stand-in forks programs by their full path')
    if (options.stdio !== 'pipe') throw new Error('The stand-in forks with its output piped')
    return new UtilityProcess(program, args)
  },
}

listenForTests({ app, BrowserWindow, desktop, ipcMain, Menu, protocol, screen, session })
