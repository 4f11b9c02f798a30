import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import type { Desk } from './desk.ts'
import { journalInAll } from './journal.ts'
import { refuse } from './refuse.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

const BEGUN = { outcome: 'begun', why: null }

/** What the core does by itself, and having it done now. */
export function jobRoutes(os: Implementer, desk: Desk) {
  return {
    list: os.jobs.list.handler(() => desk.jobs.views()),
    run: os.jobs.run.handler(async ({ input: { name } }) => {
      const say = (outcome: string, detail: string): void =>
        journalInAll(desk, { command: 'jobs.run', outcome, detail: `${name}${detail}` })
      try {
        const view = await desk.jobs.ask(name)
        // What is caught up is told on a connection that is only being opened.
        const { outcome, why } = name === 'catch-up' ? BEGUN : (view.last ?? BEGUN)
        say(outcome, why === null ? '' : `: ${why}`)
        return view
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        say('refused', `: ${why}`)
        refuse(why)
      }
    }),
  }
}
