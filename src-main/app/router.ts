import { implement } from '@orpc/server'
import { contract } from '#shared/api/contract.ts'
import type { BookView } from '#shared/api/views.ts'
import type { Page } from '#ports/ledger.ts'
import { utcMillis } from '#shared/time.ts'
import { conId } from '#shared/ids.ts'
import { autoUpdateRoutes } from './auto-update-routes.ts'
import { attributionRoutes, journalRoutes } from './attribution-routes.ts'
import type { BookCommand } from './book-event.ts'
import type { Book } from './book.ts'
import type { Desk } from './desk.ts'
import { jobRoutes } from './job-routes.ts'
import { demoRoutes } from './demo-routes.ts'
import { drawdownRoutes } from './drawdown-routes.ts'
import { linkRoutes } from './link-routes.ts'
import { healthView } from './health.ts'
import { confirmOpening, openingState, undoOpening } from './opening.ts'
import { pastView } from './past-view.ts'
import { positionRoutes } from './position-routes.ts'
import { portfolioRoutes } from './portfolio-routes.ts'
import { find, opened } from './opened.ts'
import { reconcileRoutes } from './reconcile-routes.ts'
import { refoldBook } from './refold-book.ts'
import { accepted, refuse } from './refuse.ts'
import { fillRow, orderRow } from './rows.ts'
import type { RunningSettings } from './running-settings.ts'
import { bookView } from './screen.ts'
import { accountView } from './valuation.ts'
import type { Workspace } from './workspace.ts'
import { settingsRoutes } from './settings-routes.ts'
import { strategyRoutes } from './strategy-routes.ts'

/** The contract, implemented by a desk: the same router behind every transport. */
export function routerOf(desk: Desk, workspace: Workspace, settings: RunningSettings) {
  const os = implement(contract)

  return os.router({
    health: { state: os.health.state.handler(() => healthView(desk)) },
    link: linkRoutes(os, desk, settings),
    demo: demoRoutes(os, desk),
    settings: settingsRoutes(os, desk, settings),
    account: {
      list: os.account.list.handler(() => desk.accounts.map(({ id }) => id)),
      summary: os.account.summary.handler(({ input }) =>
        accountView({ account: find(desk, input.account), prices: desk.prices }),
      ),
    },
    autoUpdate: autoUpdateRoutes(os, desk),
    jobs: jobRoutes(os, desk),
    portfolio: portfolioRoutes(os, desk, {
      find: (id) => find(desk, id),
      opened: (id) => opened(desk, id),
    }),
    positions: positionRoutes(os, desk),
    drawdown: drawdownRoutes(os, desk),
    strategies: strategyRoutes(os, desk),
    prices: {
      watch: os.prices.watch.handler(({ input }) => {
        const isOpen = desk.pricing.watch(input.subscription, input.conIds.map(conId))
        if (!isOpen) refuse('There is no such subscription: subscribe to the live stream first.')
        return {}
      }),
    },
    fills: {
      list: os.fills.list.handler(async ({ input }) => {
        const { book } = opened(desk, input.account)
        const fills = await book.ledger.pageOfFills(pageOf(input))
        return fills.map((fill) => fillRow(fill, book.memory))
      }),
    },
    orders: {
      list: os.orders.list.handler(async ({ input }) => {
        const { book } = opened(desk, input.account)
        const orders = await book.ledger.pageOfOrders(pageOf(input))
        return orders.map((order) => orderRow(order, book.memory))
      }),
    },
    book: bookRoutes(os, desk),
    reconcile: reconcileRoutes(os, desk),
    attribution: attributionRoutes(os, desk),
    journal: journalRoutes(os, desk),
    workspace: workspaceRoutes(os, workspace),
    live: {
      subscribe: os.live.subscribe.handler(({ input, signal }) =>
        desk.live.subscribe(input.account, signal),
      ),
      acknowledge: os.live.acknowledge.handler(({ input }) => {
        desk.live.acknowledge(input.subscription, input.revision)
        return {}
      }),
    },
  })
}

type Implementer = ReturnType<typeof implement<typeof contract>>

function bookRoutes(os: Implementer, desk: Desk) {
  const { clock } = desk.settings
  const commanded = async (id: string | undefined, run: (book: Book) => BookCommand) => {
    const { account, book } = opened(desk, id)
    await accepted(() => account.command(run(book)))
    return bookView(account)
  }
  return {
    state: os.book.state.handler(({ input }): BookView => bookView(find(desk, input.account))),
    asOf: os.book.asOf.handler(({ input }) =>
      pastView(opened(desk, input.account), { at: utcMillis(input.at), known: input.known }, clock),
    ),
    confirmOpening: os.book.confirmOpening.handler(({ input }) =>
      commanded(input.account, ({ ledger }) => confirmOpening({ ledger, clock })),
    ),
    undoOpening: os.book.undoOpening.handler(({ input }) =>
      commanded(input.account, ({ ledger }) => undoOpening({ ledger, clock })),
    ),
    proposeOpening: os.book.proposeOpening.handler(async ({ input }) => {
      const { account, book } = opened(desk, input.account)
      const state = openingState(book.memory)
      if (state === 'proposed' || state === 'confirmed') refuse('The book is open already.')
      if (desk.link.state !== 'connected') refuse('Connect to TWS or Gateway first.')
      await account.propose()
      return bookView(account)
    }),
    refold: os.book.refold.handler(async ({ input }) => {
      const { account, book } = opened(desk, input.account)
      const command = (run: BookCommand) => account.command(run)
      const { positions, differed } = await accepted(() => refoldBook({ book, clock, command }))
      return { positions, differed }
    }),
  }
}

function workspaceRoutes(os: Implementer, workspace: Workspace) {
  return {
    load: os.workspace.load.handler(() => workspace.load()),
    save: os.workspace.save.handler(async ({ input }) => {
      await accepted(() => workspace.save(input))
      return {}
    }),
    reset: os.workspace.reset.handler(async () => {
      await accepted(() => workspace.reset())
      return {}
    }),
  }
}

type PageInput = Parameters<Parameters<Implementer['fills']['list']['handler']>[0]>[0]['input']

const pageOf = ({ limit, before, beforeKey }: PageInput): Page => ({
  limit,
  before: before === undefined ? null : { at: utcMillis(before), key: beforeKey ?? null },
})
