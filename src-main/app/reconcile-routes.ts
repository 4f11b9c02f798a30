import type { implement } from '@orpc/server'
import type { contract } from '#shared/api/contract.ts'
import { runView } from './break-rows.ts'
import type { Desk } from './desk.ts'
import { refuse } from './refuse.ts'
import { reconciliationView } from './screen.ts'
import { opened } from './opened.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** Comparing the book with the broker. */
export function reconcileRoutes(os: Implementer, desk: Desk) {
  return {
    state: os.reconcile.state.handler(({ input }) =>
      reconciliationView(desk, opened(desk, input.account).account),
    ),
    run: os.reconcile.run.handler(async ({ input }) => {
      const { account } = opened(desk, input.account)
      if (desk.link.state !== 'connected') refuse('Connect to TWS or Gateway first.')
      try {
        return runView(await desk.reconciliations.run(account, 'demand'))
      } catch (error) {
        refuse(error instanceof Error ? error.message : String(error))
      }
    }),
  }
}
