import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { addressFile } from '#adapters/system/address-file.ts'
import { startGatewayProcess, type Fork } from '#adapters/system/gateway-process.ts'
import type { GatewayProcess } from '#adapters/system/gateway-process.ts'
import { lineLog } from '#adapters/system/log.ts'
import { settingsFile, usualDataDir } from '#adapters/system/settings-file.ts'
import type { WebServer } from '#adapters/web/server.ts'
import { RunningSettings } from '#app/running-settings.ts'
import type { Log } from '#ports/log.ts'
import type { Notifier } from '#ports/notifier.ts'
import type { SettingsStore } from '#ports/settings-store.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { fromEnvironment, mergeSettings, type Settings, type Source } from '#shared/settings.ts'
import { readCommandLine, type CommandLine } from './command-line.ts'
import { compose, type Core } from './compose.ts'
import { serveCore } from './serve.ts'

/** What both shells begin and end with: the settings, the core and the loopback server. */

export const WRONG_ARGUMENTS = 2
const DEMO = join(tmpdir(), 'truebook-demo-')

export type Plan = {
  readonly line: CommandLine
  readonly settings: Settings
  readonly dataDir: string
  /** Where the settings were said, the first winning; the store comes after them. */
  readonly sources: readonly Source[]
  readonly store: SettingsStore
}

/** What the user wants, from flags, environment and file; null is help. */
export function plan(args: readonly string[]): Result<Plan | null, string> {
  const line = readCommandLine(args)
  if (!line.ok) return line
  if (line.value.help) return ok(null)
  const sources = [line.value.settings, fromEnvironment(process.env)]
  const said = mergeSettings(sources)
  if (!said.ok) return said
  // A demo starts from an empty ledger: its market starts anew, too.
  const temporary = line.value.demo && said.value.dataDir === undefined
  const dataDir = temporary
    ? mkdtempSync(DEMO)
    : resolve(said.value.dataDir ?? usualDataDir(process.platform, process.env))
  const store = settingsFile(dataDir)
  const running = RunningSettings.open(sources, store)
  if (!running.ok) return running
  return ok({ line: line.value, settings: running.value.current, dataDir, sources, store })
}

/** Why the data directory cannot be used, in a sentence; null when it can. */
export function faultOfFolder(dataDir: string): string | null {
  try {
    mkdirSync(dataDir, { recursive: true })
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The data directory cannot be made: ${why}. Choose another with --data-dir.`
  }
}

/** What differs between the shells. */
export type Shell = {
  /** The folder that holds `resources` and `out`. */
  readonly project: string
  readonly fork: Fork
  readonly notifier: Notifier
}

export type Running = {
  readonly core: Core
  readonly server: WebServer
  readonly log: Log
  /** Commits what is queued, lets go of everything, throws a demo's ledger away. */
  readonly stop: () => Promise<void>
}

/**
 * Starts the core, the demo's gateway where one is wanted, and the loopback server.
 * @throws the system's error when a port cannot be listened on or the gateway does not start.
 */
export async function begin(wanted: Plan, shell: Shell): Promise<Result<Running, string>> {
  const { line, settings, dataDir } = wanted
  const log = lineLog((text) => process.stderr.write(`${text}\n`))
  const gateway = line.demo ? await startDemo(wanted, shell) : null
  const core = composed(wanted, gateway, {
    dataDir,
    migrations: join(shell.project, 'resources', 'migrations'),
    isSimulated: line.demo,
    log,
    notifier: shell.notifier,
  })
  if (!core.ok) {
    await gateway?.stop()
    return err(core.error)
  }
  const { value } = core
  process.on('uncaughtException', (error) => {
    if (value.survives(error)) return
    log.error('The program failed', { why: error.stack ?? String(error) })
    process.exit(1)
  })
  const server = await serveCore(value, {
    root: join(shell.project, 'out', 'renderer'),
    port: settings.httpPort,
    dataDir,
    log,
  })
  await value.start()
  const stop = async (): Promise<void> => {
    await value.stop()
    await server.close()
    await gateway?.stop()
    if (dataDir.startsWith(DEMO)) rmSync(dataDir, { recursive: true, force: true })
  }
  return ok({ core: value, server, log, stop })
}

/** The demo connects to its own gateway, whatever the settings say of a TWS. */
function composed(
  { sources, store }: Plan,
  gateway: GatewayProcess | null,
  around: Parameters<typeof compose>[1],
): Result<Core, string> {
  const demo: Source | null = gateway && {
    kind: 'demo',
    values: { host: '127.0.0.1', port: gateway.port },
    spelling: () => '--demo',
  }
  const settings = RunningSettings.open(demo ? [demo, ...sources] : sources, store)
  return settings.ok ? compose(settings.value, around) : settings
}

const startDemo = ({ line, settings }: Plan, shell: Shell): Promise<GatewayProcess> =>
  startGatewayProcess(
    (args) => shell.fork(join(shell.project, 'out', 'main', 'gateway.js'), args),
    {
      scenario: line.scenario,
      seed: line.seed,
      controlPort: line.controlPort,
      record: line.record,
      masterClientId: String(settings.clientId),
    },
  )

/** Says where the workstation is found. */
export function announce({ server }: Running, { dataDir }: Plan): void {
  process.stdout.write(`Truebook ready: ${server.url}\n`)
  process.stdout.write(`For scripts: ${addressFile(dataDir)} (docs/api.md)\n`)
}

export const complain = (sentence: string): void => void process.stderr.write(`${sentence}\n`)

/** A port in use, a gateway that does not start: said, not thrown at the user. */
export function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') {
    return 'The port of the browser shell is in use: choose another with --http-port, or 0 for any.'
  }
  return error instanceof Error ? error.message : String(error)
}
