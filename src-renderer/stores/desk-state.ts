import type { JobView } from '#shared/api/jobs.ts'
import type { BreakRow, ReconciliationView } from '#shared/api/reconcile-views.ts'
import type {
  AccountView,
  BookView,
  FillRow,
  LinkView,
  OrderRow,
  PositionRow,
  StatusView,
} from '#shared/api/views.ts'

import { NO_PAST, type Past } from './past.ts'

/** What is between this screen and the core. */
export type CoreState =
  | { readonly kind: 'opening' }
  | { readonly kind: 'open' }
  | { readonly kind: 'unanswered'; readonly retryAt: number }
  /** The core runs but does not accept the key of this page. */
  | { readonly kind: 'refused' }
  /** The core answered the subscription with an error. */
  | { readonly kind: 'failed'; readonly message: string; readonly retryAt: number }

/** The rows of one table by key; `shape` changes when a key comes or goes, not when a row ticks. */
export type Rows<Row> = { readonly byKey: ReadonlyMap<string, Row>; readonly shape: number }

/** Everything the core has told this screen. */
export type Told = {
  readonly accounts: readonly string[]
  readonly link: LinkView
  readonly book: BookView | null
  readonly account: AccountView
  readonly status: StatusView
  /** Null while no book is open. */
  readonly reconciliation: ReconciliationView | null
  /** What the core does by itself. */
  readonly jobs: readonly JobView[]
  /** When the latest message was taken in, by the clock of this screen. */
  readonly at: number
}

export type DeskState = {
  readonly core: CoreState
  /** Null before the first snapshot. */
  readonly told: Told | null
  readonly positions: Rows<PositionRow>
  readonly fills: Rows<FillRow>
  readonly orders: Rows<OrderRow>
  readonly breaks: Rows<BreakRow>
  readonly past: Past
}

const noRows = { byKey: new Map<string, never>(), shape: 0 }

export const NOTHING_TOLD: DeskState = {
  core: { kind: 'opening' },
  told: null,
  positions: noRows,
  fills: noRows,
  orders: noRows,
  breaks: noRows,
  past: NO_PAST,
}

const isLinkFresh = (link: LinkView): boolean =>
  link.state === 'connected' || link.state === 'catching-up'

/** True while what is on screen is what the broker says now. */
export const isFresh = (state: DeskState): boolean =>
  state.core.kind === 'open' && state.told !== null && isLinkFresh(state.told.link)

/** When the values were taken that the day's P&L is measured from; null: there are none yet. */
export const daySince = (state: DeskState): number | null =>
  state.told?.account.worth?.dailySince ?? null

/** The moment the screen was last known to be right; null when it never was. */
export function asOf(state: DeskState): number | null {
  const { core, told } = state
  if (told === null) return null
  const { link } = told
  if (link.state === 'broker-lost') return link.since
  return core.kind === 'open' || !isLinkFresh(link) ? link.heardAt : told.at
}
