import type { implement } from '@orpc/server'
import type { Allocation } from '#domain/allocation.ts'
import type { contract } from '#shared/api/contract.ts'
import type { AllocationView } from '#shared/api/strategies.ts'
import type { BookCommand } from './book-event.ts'
import { allocate, allocationViews, undoAllocation } from './capital.ts'
import type { Desk } from './desk.ts'
import { find, opened } from './opened.ts'
import { accepted, refuse } from './refuse.ts'
import { strategiesView } from './strategies.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** What strategies are worth, and the capital they are given. */
export function strategyRoutes(os: Implementer, desk: Desk) {
  const { clock } = desk.settings
  const place = { clock, author: 'trader' }
  const write = async (
    id: string | undefined,
    run: (written: Allocation[], baseCurrency: string | null) => BookCommand,
  ): Promise<AllocationView> => {
    const { account, book } = opened(desk, id)
    const written: Allocation[] = []
    await accepted(() => account.command(run(written, account.values.fx.baseCurrency)))
    const one = allocationViews(book.memory.allocations).find((each) => each.id === written[0]?.id)
    return one ?? refuse('The allocation is no longer in the book: look at the list again.')
  }
  return {
    list: os.strategies.list.handler(({ input }) =>
      strategiesView({ account: find(desk, input.account), prices: desk.prices }, clock.stamp()),
    ),
    allocate: os.strategies.allocate.handler(({ input }) =>
      write(input.account, (written, baseCurrency) =>
        allocate(place, { ...input, baseCurrency }, written),
      ),
    ),
    undoAllocation: os.strategies.undoAllocation.handler(({ input }) =>
      write(input.account, (written) => undoAllocation(place, input.id, written)),
    ),
    allocations: os.strategies.allocations.handler(({ input }) => [
      ...allocationViews(opened(desk, input.account).book.memory.allocations),
    ]),
  }
}
