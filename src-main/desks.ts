import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AnyRouter } from '@orpc/server'
import {
  startGatewayProcess,
  type Fork,
  type GatewayFlags,
  type GatewayProcess,
} from '#adapters/system/gateway-process.ts'
import { settingsFile } from '#adapters/system/settings-file.ts'
import type { WebServer } from '#adapters/web/server.ts'
import { RunningSettings } from '#app/running-settings.ts'
import type { Clock } from '#ports/clock.ts'
import type { DemoDesk } from '#ports/demo-desk.ts'
import type { Log } from '#ports/log.ts'
import type { Notifier } from '#ports/notifier.ts'
import type { SettingsStore } from '#ports/settings-store.ts'
import type { DemoView } from '#shared/api/demo.ts'
import type { Link } from '#shared/link.ts'
import { err, ok, type Result } from '#shared/result.ts'
import type { Source } from '#shared/settings.ts'
import { compose, type Core } from './compose.ts'
import { newToken, serveCore } from './serve.ts'

const DEMO_FOLDER = join(tmpdir(), 'truebook-demo-')
/** Whoever asked for another desk is answered before the connection is cut. */
const ANSWERED_AFTER_MS = 100

/** A data directory that is thrown away when its desk closes. */
export const makeDemoFolder = (): string => mkdtempSync(DEMO_FOLDER)

/** What a desk is opened on. */
export type Books = {
  readonly dataDir: string
  /** Where the settings were said, the first winning; the store comes after them. */
  readonly sources: readonly Source[]
  readonly store: SettingsStore
}

/** What the program was started for. */
export type Beginning = {
  readonly books: Books
  /** What the demo's gateway is told; null for the real desk. */
  readonly demo: GatewayFlags | null
  readonly clientId: number
  /** 0 takes a free one, which is kept. */
  readonly httpPort: number
}

export type DeskParts = {
  /** The folder that holds `resources` and `out`. */
  readonly project: string
  readonly fork: Fork
  readonly notifier: Notifier
  readonly clock: Clock
  readonly log: Log
}

type OpenDesk = {
  readonly kind: DemoView['desk']
  readonly core: Core
  readonly server: WebServer
  readonly gateway: GatewayProcess | null
  readonly dataDir: string
}

type Opening = {
  readonly kind: DemoView['desk']
  readonly books: Books
  readonly gateway: GatewayProcess | null
}

/**
 * The desks of the program, one of them open at a time: the real one, or the demo in its place.
 * Each has a core, a ledger folder and settings of its own; nothing is handed from one to the
 * other. The address of the screen and its token stay.
 */
export class Desks {
  readonly #beginning: Beginning
  readonly #parts: DeskParts
  readonly #token = newToken()
  readonly #cuts = new Set<() => void>()
  #port: number
  /** The one that is open, or was last. */
  #desk: OpenDesk | null = null
  #isOpen = false
  #changing: Promise<void> | null = null

  constructor(beginning: Beginning, parts: DeskParts) {
    this.#beginning = beginning
    this.#parts = parts
    this.#port = beginning.httpPort
  }

  /**
   * Opens the desk the program was started for. Refuses settings that cannot work, in a sentence.
   * @throws the system's error when a port cannot be listened on or the gateway does not start.
   */
  async begin(): Promise<Result<null, string>> {
    const { demo, books } = this.#beginning
    const gateway = demo === null ? null : await this.#startGateway(demo)
    return await this.#open({ kind: demo === null ? 'real' : 'started', books, gateway })
  }

  /** The address of the screen, token included. */
  get url(): string {
    return this.#desk?.server.url ?? ''
  }

  /** What answers now; null while one desk closes and the other opens. */
  router(): AnyRouter | null {
    return this.#isOpen ? (this.#desk?.core.router ?? null) : null
  }

  link(): Link | null {
    return this.#desk?.core.link() ?? null
  }

  reconnect(): void {
    if (this.#isOpen) this.#desk?.core.reconnect()
  }

  /** Calls back when a desk has closed: connections to it are to be cut. */
  onClosed(cut: () => void): void {
    this.#cuts.add(cut)
  }

  survives(error: unknown): boolean {
    return this.#desk?.core.survives(error) === true
  }

  async stop(): Promise<void> {
    await this.#changing
    // Nothing is opened any more.
    this.#changing = Promise.resolve()
    await this.#close()
  }

  #startGateway(flags: GatewayFlags): Promise<GatewayProcess> {
    const { fork, project } = this.#parts
    return startGatewayProcess(
      (args) => fork(join(project, 'out', 'main', 'gateway.js'), args),
      flags,
    )
  }

  async #open({ kind, books, gateway }: Opening): Promise<Result<null, string>> {
    const { project, log, notifier } = this.#parts
    const settings = RunningSettings.open(sourcesOf(books, gateway), books.store)
    const core = settings.ok
      ? compose(settings.value, {
          dataDir: books.dataDir,
          migrations: join(project, 'resources', 'migrations'),
          isSimulated: gateway !== null,
          ...{ log, notifier, demo: this.#demo() },
        })
      : settings
    if (!core.ok) {
      await gateway?.stop()
      return core
    }
    const server = await serveCore(core.value, {
      root: join(project, 'out', 'renderer'),
      port: this.#port,
      dataDir: books.dataDir,
      ...{ token: this.#token, log },
    })
    this.#port = server.port
    this.#desk = { kind, core: core.value, server, gateway, dataDir: books.dataDir }
    this.#isOpen = true
    try {
      await core.value.start()
    } catch (error) {
      await this.#close()
      throw error
    }
    return ok(null)
  }

  /** Commits what is queued, lets go of everything, throws a demo's ledger away. */
  async #close(): Promise<void> {
    const desk = this.#desk
    if (desk === null || !this.#isOpen) return
    this.#isOpen = false
    await desk.core.stop()
    await desk.server.close()
    for (const cut of this.#cuts) cut()
    await desk.gateway?.stop()
    if (desk.dataDir.startsWith(DEMO_FOLDER)) rmSync(desk.dataDir, { recursive: true, force: true })
  }

  #demo(): DemoDesk {
    return {
      desk: () => this.#desk?.kind ?? 'real',
      open: () => this.#openDemo(),
      close: () => {
        if (this.#desk?.kind !== 'opened') return err(NOT_OPENED)
        if (this.#changing !== null || !this.#isOpen) return err(UNDER_WAY)
        this.#change(this.#real())
        return ok(null)
      },
    }
  }

  #real(): Opening {
    return { kind: 'real', books: this.#beginning.books, gateway: null }
  }

  async #openDemo(): Promise<Result<null, string>> {
    if (this.#desk?.kind !== 'real') return err(OPEN_ALREADY)
    if (this.#changing !== null || !this.#isOpen) return err(UNDER_WAY)
    // What can fail is done first, while the real desk goes on.
    const starting = this.#startGateway(aDemo(this.#beginning.clientId))
    this.#changing = starting.then(
      () => undefined,
      () => undefined,
    )
    try {
      const gateway = await starting
      this.#change({ kind: 'opened', books: demoBooks(this.#beginning.clientId), gateway })
      return ok(null)
    } catch (error) {
      this.#changing = null
      return err(`The demo desk cannot be opened: ${sentenceIn(error)}`)
    }
  }

  /** Closes what is open and opens this instead; what cannot be opened is the real desk again. */
  #change(next: Opening): void {
    const { clock, log } = this.#parts
    const change = async (): Promise<void> => {
      await new Promise<void>((resolve) => clock.after(ANSWERED_AFTER_MS, resolve))
      await this.#close()
      const opened = await this.#tried(next)
      if (!opened.ok) {
        log.error('The desk could not be opened; the real one is again', { why: opened.error })
        const real = await this.#tried(this.#real())
        if (!real.ok) throw new Error(real.error)
      }
      this.#changing = null
    }
    this.#changing = change()
  }

  async #tried(opening: Opening): Promise<Result<null, string>> {
    try {
      return await this.#open(opening)
    } catch (error) {
      await opening.gateway?.stop()
      return err(sentenceIn(error))
    }
  }
}

const NOT_OPENED =
  'The program was started on this desk: end it and start npm start or npm run demo for the other.'
const OPEN_ALREADY = 'The demo desk is open already.'
const UNDER_WAY = 'The desk is being changed already: wait a moment.'

/** A demo connects to its own gateway, whatever the settings say of a TWS. */
function sourcesOf({ sources }: Books, gateway: GatewayProcess | null): readonly Source[] {
  if (gateway === null) return sources
  const values = { host: '127.0.0.1', port: gateway.port }
  return [{ kind: 'demo', values, spelling: () => '--demo' }, ...sources]
}

const aDemo = (clientId: number): GatewayFlags => ({
  ...{ scenario: undefined, seed: undefined, controlPort: undefined, record: undefined },
  masterClientId: String(clientId),
})

/** Books of nothing: of the real desk's settings the demo takes none but the client id. */
function demoBooks(clientId: number): Books {
  const dataDir = makeDemoFolder()
  const own: Source = { kind: 'demo', values: { clientId }, spelling: () => 'the demo' }
  return { dataDir, sources: [own], store: settingsFile(dataDir) }
}

const sentenceIn = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
