import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, dialog } from 'electron'
import { forkUtility } from '#adapters/electron/fork.ts'
import { systemNotifier } from '#adapters/electron/notifier.ts'
import { registerScheme } from '#adapters/electron/scheme.ts'
import { openShell, type Shell } from '#adapters/electron/shell.ts'
import { systemClock } from '#adapters/system/clock.ts'
import { jsonFile } from '#adapters/system/json-file.ts'
import { helpText } from './command-line.ts'
import {
  announce,
  begin,
  complain,
  faultOfFolder,
  plan,
  sentenceOf,
  WRONG_ARGUMENTS,
} from './startup.ts'
import type { Plan, Running } from './startup.ts'

/** The desktop shell: the core and its window in one program. */

/** Built, this file lies in out/main; the resources stay where the sources have them. */
const PROJECT = resolve(import.meta.dirname, '../..')
const ICON = join(PROJECT, 'resources', 'icons', 'truebook.png')

/** Our own flags: all that follows `--`, or the program's name where it is packaged. */
function flagsOf(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--')
  if (at >= 0) return args.slice(at + 1)
  return app.isPackaged ? args.slice(1) : []
}

/** Ends the program with a sentence; in a window too, where nobody sees a terminal. */
async function fail(sentence: string, code: number): Promise<void> {
  complain(sentence)
  if (app.isPackaged) {
    await app.whenReady()
    dialog.showErrorBox('Truebook cannot start', sentence)
  }
  app.exit(code)
}

async function run(wanted: Plan): Promise<void> {
  let shell: Shell | null = null
  const begun = await begin(wanted, {
    project: PROJECT,
    fork: forkUtility,
    notifier: systemNotifier(() => shell?.show()),
  })
  if (!begun.ok) {
    await fail(begun.error, WRONG_ARGUMENTS)
    return
  }
  const running = begun.value
  shell = openShell({
    pages: join(PROJECT, 'out', 'renderer'),
    preload: join(PROJECT, 'out', 'preload', 'preload.cjs'),
    icon: ICON,
    platform: process.platform,
    clock: systemClock(),
    log: running.log,
    memory: jsonFile(join(wanted.dataDir, 'window.json')),
    desks: running.desks,
  })
  stopBeforeQuitting(running, shell)
  announce(running, wanted)
}

/** The core commits what is queued first; then the windows close and the program ends. */
function stopBeforeQuitting(running: Running, shell: Shell): void {
  let stopping: 'not yet' | 'under way' | 'done' = 'not yet'
  app.on('before-quit', (event) => {
    if (stopping === 'done') return
    event.preventDefault()
    if (stopping === 'under way') return
    stopping = 'under way'
    shell.hide()
    running.desks.stop().then(
      () => {
        stopping = 'done'
        app.quit()
      },
      (error: unknown) => {
        running.log.error('The core did not stop in order', { why: String(error) })
        app.exit(1)
      },
    )
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  process.on('SIGINT', () => app.quit())
  process.on('SIGTERM', () => app.quit())
}

function start(): void {
  registerScheme()
  app.enableSandbox()
  const planned = plan(flagsOf(process.argv))
  if (!planned.ok) {
    void fail(planned.error, WRONG_ARGUMENTS)
    return
  }
  if (planned.value === null) {
    process.stdout.write(helpText())
    app.exit(0)
    return
  }
  const wanted = planned.value
  const fault = faultOfFolder(wanted.dataDir)
  if (fault !== null) {
    void fail(fault, 1)
    return
  }
  // What Chromium keeps lies with the books it belongs to: one program for each data directory.
  const own = join(wanted.dataDir, 'chromium')
  mkdirSync(own, { recursive: true })
  app.setPath('userData', own)
  app.setAppUserModelId('app.truebook')
  if (!app.requestSingleInstanceLock()) {
    complain('Truebook is running on these books already; its window was brought forward.')
    app.exit(0)
    return
  }
  app
    .whenReady()
    .then(() => run(wanted))
    .catch((error: unknown) => fail(sentenceOf(error), 1))
}

start()
