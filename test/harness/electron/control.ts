import { runInThisContext } from 'node:vm'
import { life } from './life.ts'

type Ask = { readonly id: number; readonly source: string; readonly argument: unknown }

/** A test's function runs here with the modules of Electron, as Playwright's own would. */
export function listenForTests(electron: unknown): void {
  if (process.send === undefined) return
  process.on('message', (ask: Ask) => {
    void answer(ask, electron).then((told) => process.send?.({ id: ask.id, ...told }))
  })
  process.once('disconnect', () => {
    void life.browser?.close().finally(() => process.exit(1))
  })
}

async function answer({ source, argument }: Ask, electron: unknown) {
  try {
    const run = runInThisContext(`(${source})`) as (electron: unknown, argument: unknown) => unknown
    return { value: (await run(electron, argument)) ?? null }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}
