import { resolve } from 'node:path'
import { forkNode } from '#adapters/system/gateway-process.ts'
import { openBrowser } from '#adapters/system/open-browser.ts'
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
import type { Plan } from './startup.ts'

/** The browser shell: the same core and screen as the desktop window, in a browser on 127.0.0.1. */

/** Built, this file lies in out/main; the resources stay where the sources have them. */
const PROJECT = resolve(import.meta.dirname, '../..')

async function run(wanted: Plan): Promise<void> {
  const running = await begin(wanted, {
    project: PROJECT,
    fork: forkNode,
    // A page in a browser shows the notices of the core; there is no system to tell besides.
    notifier: { notify: () => undefined },
  })
  if (!running.ok) {
    complain(running.error)
    process.exit(WRONG_ARGUMENTS)
  }
  let isStopping = false
  const end = (): void => {
    if (isStopping) return
    isStopping = true
    void running.value.desks.stop().then(() => process.exit(0))
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  announce(running.value, wanted)
  if (wanted.line.open) openBrowser(running.value.desks.url, process.platform)
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
