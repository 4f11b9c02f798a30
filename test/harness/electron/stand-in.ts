import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type * as Electron from 'electron'
import { chromium, type Browser, type Page } from 'playwright-core'
import { eventually, startProgram, within, type Program } from '../program.ts'
import type { desktop } from './electron.ts'

type Modules = typeof Electron & { readonly desktop: typeof desktop }

/** The desktop program under the stand-in, and its pages. */
export type StandIn = {
  readonly program: Program
  /** Runs a function in the main process, with Electron's modules; it must stand alone. */
  readonly evaluate: <Argument, Value>(
    run: (electron: Modules, argument: Argument) => Value,
    argument?: Argument,
  ) => Promise<Awaited<Value>>
  /** The page of the main window, as it is now. */
  readonly mainPage: () => Promise<Page>
  readonly pages: () => readonly Page[]
  readonly stop: Program['stop']
}

const HOOKS = new URL('./register.ts', import.meta.url).href

/** Starts the built main bundle on the stand-in; it need not get anywhere. */
export const launchStandIn = (
  flags: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Program =>
  startProgram('out/main/index.js', ['--', ...flags], {
    before: ['--import', HOOKS],
    canBeAsked: true,
    variables,
  })

/** Waits until its window is there, and looks on. */
export async function lookOn(program: Program): Promise<StandIn> {
  await program.says(/^Truebook ready: /)
  const evaluate: StandIn['evaluate'] = (run, argument) =>
    within(
      20_000,
      program.ask({ source: run.toString(), argument }) as Promise<never>,
      () => 'The main process does not answer.',
    )
  const profile = await evaluate(({ app }) => app.getPath('userData'))
  const [port = ''] = readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n')
  const browser: Browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
  // Questions are the main process's to answer; without anyone listening they are dismissed here.
  for (const context of browser.contexts()) context.on('dialog', () => undefined)
  const pages = (): readonly Page[] => browser.contexts().flatMap((context) => context.pages())
  const mainPage = (): Promise<Page> =>
    eventually('the page of the main window', async () => {
      for (const page of pages()) {
        const isShown = page.url().endsWith('/index.html') && !page.isClosed()
        if (isShown && (await isAlive(page))) return page
      }
      return null
    })
  return {
    program,
    evaluate,
    mainPage,
    pages,
    stop: async () => {
      await browser.close()
      return program.stop()
    },
  }
}

/** A page that crashed answers nothing. */
const isAlive = (page: Page): Promise<boolean> =>
  within(5_000, page.evaluate('true'), () => 'no answer').then(
    () => true,
    () => false,
  )
