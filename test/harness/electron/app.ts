import { createHash } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBrowser } from './browser.ts'
import { life, preventable } from './life.ts'
import { BrowserWindow, created } from './window.ts'

/** The app: its life, its paths, and the lock that keeps a second one out. */
class App extends EventEmitter {
  readonly name = 'Truebook'
  isPackaged = false
  #paths = new Map<string, string>()
  #lock: string | null = null
  #telling: Promise<void> = Promise.resolve()
  readonly #ready: Promise<void>

  constructor() {
    super()
    // The bundle is evaluated first: what must come before ready comes now.
    this.#ready = new Promise((resolve, reject) => {
      setTimeout(() => void this.#start().then(resolve, reject), 0)
    })
    created.on('contents', (contents) => this.emit('web-contents-created', {}, contents))
    created.on('none left', () => this.emit('window-all-closed'))
  }

  whenReady = (): Promise<void> => this.#ready
  isReady = (): boolean => life.isReady

  enableSandbox(): void {
    if (life.isReady) throw new Error('app.enableSandbox comes before ready')
  }

  setAppUserModelId = (): void => undefined

  setPath(name: string, path: string): void {
    if (!existsSync(path)) throw new Error(`Failed to set path: ${path} does not exist`)
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    const path = this.#paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  /** One app for each profile: the second tells the first, and is told no. */
  requestSingleInstanceLock(): boolean {
    const profile = this.getPath('userData')
    const lock = join(profile, 'StandInLock')
    const socket = join(tmpdir(), `standin-${createHash('md5').update(profile).digest('hex')}`)
    if (existsSync(lock) && isAlive(Number(readFileSync(lock, 'utf8')))) {
      this.#telling = tellFirst(socket)
      return false
    }
    writeFileSync(lock, String(process.pid))
    rmSync(socket, { force: true })
    this.#lock = lock
    const server = createServer((other) => {
      other.end()
      this.emit('second-instance', {}, [], process.cwd(), null)
    })
    server.listen(socket).unref()
    return true
  }

  quit(): void {
    const event = preventable()
    this.emit('before-quit', event)
    if (event.isPrevented) return
    for (const window of BrowserWindow.getAllWindows()) window.close()
    this.emit('will-quit', { preventDefault: () => undefined })
    this.emit('quit', {}, 0)
    this.exit(0)
  }

  exit(code = 0): void {
    void this.#telling.then(async () => {
      await life.browser?.close()
      if (this.#lock !== null) rmSync(this.#lock, { force: true })
      process.exit(code)
    })
  }

  async #start(): Promise<void> {
    const profile = this.#paths.get('userData')
    // An app that ends before it is ready needs no browser.
    if (profile === undefined || this.#lock === null) return new Promise(() => undefined)
    await startBrowser(profile)
    life.isReady = true
    this.emit('ready')
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const tellFirst = (socket: string): Promise<void> =>
  new Promise((resolve) => {
    connect(socket)
      .on('error', () => resolve())
      .on('close', () => resolve())
      .resume()
  })

export const app = new App()
