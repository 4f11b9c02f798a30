import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import type { Desk } from './desk.ts'
import { refuse } from './refuse.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

const NO_DEMO = 'There is no demo desk here: start npm run demo.'
const HAS_BOOK =
  'The demo desk opens here only while there is no real book: start npm run demo beside it.'

/** The commands and the query about the demo desk. */
export function demoRoutes(os: Implementer, desk: Desk) {
  const { demo } = desk.settings
  const obstacle = (): string | null => {
    if (demo === undefined) return NO_DEMO
    // Scripts and screens that ask for a real book must never be answered with a simulated one.
    return demo.desk() === 'real' && desk.accounts.length > 0 ? HAS_BOOK : null
  }
  return {
    state: os.demo.state.handler(() => ({ desk: demo?.desk() ?? 'real', obstacle: obstacle() })),
    open: os.demo.open.handler(async () => {
      const why = obstacle()
      if (why !== null || demo === undefined) refuse(why ?? NO_DEMO)
      const opened = await demo.open()
      if (!opened.ok) refuse(opened.error)
      return {}
    }),
    close: os.demo.close.handler(() => {
      const closed = demo?.close()
      if (closed?.ok !== true) refuse(closed?.error ?? NO_DEMO)
      return {}
    }),
  }
}
