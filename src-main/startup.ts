import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { addressFile } from '#adapters/system/address-file.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { lineLog } from '#adapters/system/log.ts'
import { settingsFile, usualDataDir } from '#adapters/system/settings-file.ts'
import { RunningSettings } from '#app/running-settings.ts'
import type { Log } from '#ports/log.ts'
import { ok, type Result } from '#shared/result.ts'
import { fromEnvironment, mergeSettings, type Settings } from '#shared/settings.ts'
import { readCommandLine, type CommandLine } from './command-line.ts'
import { Desks, makeDemoFolder, type Books, type DeskParts } from './desks.ts'

/** What both shells begin and end with: the settings, the desks and the loopback server. */

export const WRONG_ARGUMENTS = 2

export type Plan = Books & { readonly line: CommandLine; readonly settings: Settings }

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
    ? makeDemoFolder()
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
export type Shell = Pick<DeskParts, 'project' | 'fork' | 'notifier'>

export type Running = {
  readonly desks: Desks
  readonly log: Log
}

/**
 * Opens the desk the program was started for and serves it on 127.0.0.1.
 * @throws the system's error when a port cannot be listened on or the gateway does not start.
 */
export async function begin(wanted: Plan, shell: Shell): Promise<Result<Running, string>> {
  const { line, settings, dataDir, sources, store } = wanted
  const log = lineLog((text) => process.stderr.write(`${text}\n`))
  const { scenario, seed, controlPort, record } = line
  const { clientId, httpPort } = settings
  const demo = { scenario, seed, controlPort, record, masterClientId: String(clientId) }
  const desks = new Desks(
    { books: { dataDir, sources, store }, demo: line.demo ? demo : null, clientId, httpPort },
    { ...shell, clock: systemClock(), log },
  )
  process.on('uncaughtException', (error) => {
    if (desks.survives(error)) return
    log.error('The program failed', { why: error.stack ?? String(error) })
    process.exit(1)
  })
  const begun = await desks.begin()
  return begun.ok ? ok({ desks, log }) : begun
}

/** Says where the workstation is found. */
export function announce({ desks }: Running, { dataDir }: Plan): void {
  process.stdout.write(`Truebook ready: ${desks.url}\n`)
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
