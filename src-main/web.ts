import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { lineLog } from '#adapters/system/log.ts'
import { openBrowser } from '#adapters/system/open-browser.ts'
import { readSettingsFile, usualDataDir } from '#adapters/system/settings-file.ts'
import { startGatewayProcess, type GatewayProcess } from '#adapters/system/gateway-process.ts'
import { serveWeb, type WebServer } from '#adapters/web/server.ts'
import { err, ok, type Result } from '#shared/result.ts'
import { helpText, readCommandLine, type CommandLine } from './command-line.ts'
import { compose, type Core } from './compose.ts'
import { fromEnvironment, mergeSettings, type Settings } from './settings.ts'

/** The browser shell: the same core and screen as the desktop window, in a browser on 127.0.0.1. */

const WRONG_ARGUMENTS = 2
/** Built, this file lies in out/main; the resources stay where the sources have them. */
const PROJECT = resolve(import.meta.dirname, '../..')

type Plan = { readonly line: CommandLine; readonly settings: Settings; readonly dataDir: string }

/** What the user wants; null is help. */
function plan(args: readonly string[]): Result<Plan | null, string> {
  const line = readCommandLine(args)
  if (!line.ok) return line
  if (line.value.help) return ok(null)
  const sources = [line.value.settings, fromEnvironment(process.env)]
  const said = mergeSettings(sources)
  if (!said.ok) return said
  // A demo starts from an empty ledger: its market starts anew, too.
  const temporary = line.value.demo && said.value.dataDir === undefined
  const dataDir = temporary
    ? mkdtempSync(join(tmpdir(), 'truebook-demo-'))
    : resolve(said.value.dataDir ?? usualDataDir(process.platform, process.env))
  const file = readSettingsFile(dataDir)
  if (!file.ok) return file
  const spelling = (key: string): string => `"${key}" in ${join(dataDir, 'settings.json')}`
  const settings = mergeSettings([...sources, { values: file.value, spelling }])
  return settings.ok ? ok({ line: line.value, settings: settings.value, dataDir }) : settings
}

/** Why the data directory cannot be used, in a sentence; null when it can. */
function faultOfFolder(dataDir: string): string | null {
  try {
    mkdirSync(dataDir, { recursive: true })
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `The data directory cannot be made: ${why}. Choose another with --data-dir.`
  }
}

type Running = {
  readonly core: Core
  readonly server: WebServer
  readonly gateway: GatewayProcess | null
}

async function start({ line, settings, dataDir }: Plan): Promise<Result<Running, string>> {
  const log = lineLog((text) => process.stderr.write(`${text}\n`))
  const gateway = line.demo ? await startDemo(line, settings) : null
  const core = compose(gateway ? { ...settings, port: gateway.port } : settings, {
    dataDir,
    migrations: join(PROJECT, 'resources', 'migrations'),
    isSimulated: line.demo,
    log,
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
  const server = await serveWeb({
    root: join(PROJECT, 'out', 'renderer'),
    port: settings.httpPort,
    token: randomBytes(24).toString('base64url'),
    router: value.router,
    log,
  })
  await value.start()
  return ok({ core: value, server, gateway })
}

const startDemo = (line: CommandLine, settings: Settings): Promise<GatewayProcess> =>
  startGatewayProcess(join(import.meta.dirname, 'gateway.js'), {
    scenario: line.scenario,
    seed: line.seed,
    controlPort: line.controlPort,
    record: line.record,
    masterClientId: String(settings.clientId),
  })

async function stop({ core, server, gateway }: Running): Promise<void> {
  await core.stop()
  await server.close()
  await gateway?.stop()
}

const complain = (sentence: string): void => void process.stderr.write(`${sentence}\n`)

/** A port in use, a gateway that does not start: said, not thrown at the user. */
function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  if (code === 'EADDRINUSE') {
    return 'The port of the browser shell is in use: choose another with --http-port, or 0 for any.'
  }
  return error instanceof Error ? error.message : String(error)
}

async function run(wanted: Plan): Promise<void> {
  const running = await start(wanted)
  if (!running.ok) {
    complain(running.error)
    process.exit(WRONG_ARGUMENTS)
  }
  let isStopping = false
  const end = (): void => {
    if (isStopping) return
    isStopping = true
    void stop(running.value).then(() => {
      if (wanted.dataDir.startsWith(join(tmpdir(), 'truebook-demo-'))) {
        rmSync(wanted.dataDir, { recursive: true, force: true })
      }
      process.exit(0)
    })
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  process.stdout.write(`Truebook ready: ${running.value.server.url}\n`)
  if (wanted.line.open) openBrowser(running.value.server.url, process.platform)
}

const planned = plan(process.argv.slice(2))
if (!planned.ok) {
  complain(planned.error)
  process.exitCode = WRONG_ARGUMENTS
} else if (planned.value === null) {
  process.stdout.write(helpText())
} else {
  const fault = faultOfFolder(planned.value.dataDir)
  if (fault === null) {
    run(planned.value).catch((error: unknown) => {
      complain(sentenceOf(error))
      process.exit(1)
    })
  } else {
    complain(fault)
    process.exitCode = 1
  }
}
