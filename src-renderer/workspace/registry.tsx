import type { FunctionComponent } from 'react'
import { AutoUpdate } from '../panels/auto-update.tsx'
import { Bridge } from '../panels/bridge.tsx'
import { BreakCount, Breaks, BreakTools } from '../panels/breaks.tsx'
import { Connection } from '../panels/connection.tsx'
import { BookAsOf, PastTools } from '../panels/past.tsx'
import { Drawdown } from '../panels/drawdown.tsx'
import { FillCount, Fills, FillTools } from '../panels/fills.tsx'
import { History } from '../panels/history.tsx'
import { OrderCount, Orders, OrderTools } from '../panels/orders.tsx'
import { PositionCount, Positions, PositionTools } from '../panels/positions.tsx'
import { Strategies } from '../panels/strategies.tsx'
import type { Arrangement } from './arrangement.ts'
import type { Plan } from './plan.ts'

/** One thing the screen can show. */
export type PanelEntry = {
  readonly title: string
  /** One sentence for the palette. */
  readonly about: string
  readonly Body: FunctionComponent
  /** Stands on the right of the tabs while the panel is in front. */
  readonly Tools?: FunctionComponent
  /** Stands beside the title. */
  readonly Count?: FunctionComponent
}

/** Every panel there is; a layout names them by these keys, which therefore never change. */
export const PANELS = {
  positions: {
    title: 'Positions',
    about: 'What is held, by symbol and strategy',
    Body: Positions,
    Tools: PositionTools,
    Count: PositionCount,
  },
  orders: {
    title: 'Orders',
    about: 'Orders of TWS and of every program',
    Body: Orders,
    Tools: OrderTools,
    Count: OrderCount,
  },
  fills: {
    title: 'Fills',
    about: 'Every execution, the latest first',
    Body: Fills,
    Tools: FillTools,
    Count: FillCount,
  },
  breaks: {
    title: 'Reconciliation',
    about: 'Where the ledger and the broker disagree',
    Body: Breaks,
    Tools: BreakTools,
    Count: BreakCount,
  },
  past: {
    title: 'Book as of…',
    about: 'What every strategy held at a past instant',
    Body: BookAsOf,
    Tools: PastTools,
  },
  bridge: {
    title: 'P&L bridge',
    about: 'Why the account is worth more or less than before, part by part',
    Body: Bridge,
  },
  'auto-update': {
    title: 'Auto-update',
    about: 'What settles small differences by itself, and what it would have settled',
    Body: AutoUpdate,
  },
  history: {
    title: 'History',
    about: 'What commands wrote, each with its undo, and the journal',
    Body: History,
  },
  drawdown: {
    title: 'Drawdown',
    about: 'How far the account and each strategy are below their peaks, and from their limits',
    Body: Drawdown,
  },
  strategies: {
    title: 'Strategies',
    about: 'Capital and equity of each strategy, and the difference to the broker',
    Body: Strategies,
  },
  connection: {
    title: 'Connection',
    about: 'The link to TWS or Gateway, its problems and what to do',
    Body: Connection,
  },
} as const satisfies Readonly<Record<string, PanelEntry>>

export type PanelId = keyof typeof PANELS

export const PANEL_IDS = Object.keys(PANELS) as readonly PanelId[]

export const isPanelId = (id: string): id is PanelId => Object.hasOwn(PANELS, id)

/** A panel by name; undefined for one this program does not have. */
export const panelOf = (id: string): PanelEntry | undefined =>
  isPanelId(id) ? PANELS[id] : undefined

export type WorkspaceEntry = {
  readonly title: string
  /** How its panels stand until the trader arranges them. */
  readonly plans: Readonly<Record<Arrangement, Plan>>
}

const RECONCILE: Plan = {
  share: 100,
  column: [
    { share: 60, tabs: ['breaks'] },
    { share: 40, tabs: ['positions', 'fills', 'orders', 'auto-update'], front: 'positions' },
  ],
}

const REVIEW: Plan = {
  share: 100,
  row: [
    {
      share: 60,
      column: [
        { share: 50, tabs: ['past', 'bridge', 'history'], front: 'past' },
        { share: 50, tabs: ['strategies', 'fills', 'orders', 'positions'], front: 'strategies' },
      ],
    },
    { share: 40, tabs: ['drawdown'] },
  ],
}

const REVIEW_STACKED: Plan = {
  share: 100,
  column: [
    {
      share: 40,
      tabs: ['past', 'bridge', 'history', 'fills', 'orders', 'positions'],
      front: 'past',
    },
    { share: 30, tabs: ['strategies'] },
    { share: 30, tabs: ['drawdown'] },
  ],
}

/** The workspaces in the order of Alt+1 to Alt+4. */
export const WORKSPACES = {
  monitor: {
    title: 'Monitor',
    plans: {
      wide: {
        share: 100,
        column: [
          { share: 60, tabs: ['positions'] },
          {
            share: 40,
            row: [
              { share: 47, tabs: ['fills'] },
              { share: 53, tabs: ['orders'] },
            ],
          },
        ],
      },
      standard: {
        share: 100,
        column: [
          { share: 58, tabs: ['positions'] },
          { share: 42, tabs: ['orders', 'fills'], front: 'fills' },
        ],
      },
      half: {
        share: 100,
        column: [
          { share: 58, tabs: ['positions'] },
          { share: 42, tabs: ['orders', 'fills'], front: 'fills' },
        ],
      },
      stacked: {
        share: 100,
        column: [
          { share: 40, tabs: ['positions'] },
          { share: 30, tabs: ['fills'] },
          { share: 30, tabs: ['orders'] },
        ],
      },
    },
  },
  reconcile: {
    title: 'Reconcile',
    plans: {
      wide: RECONCILE,
      standard: RECONCILE,
      half: RECONCILE,
      stacked: RECONCILE,
    },
  },
  review: {
    title: 'Review',
    plans: {
      wide: REVIEW,
      standard: REVIEW,
      half: REVIEW_STACKED,
      stacked: REVIEW_STACKED,
    },
  },
} as const satisfies Readonly<Record<string, WorkspaceEntry>>

export type WorkspaceId = keyof typeof WORKSPACES

export const WORKSPACE_IDS = Object.keys(WORKSPACES) as readonly WorkspaceId[]

/** The workspace of this name, or the first one when this program does not have it. */
export const workspaceIdOf = (id: string): WorkspaceId =>
  WORKSPACE_IDS.find((each) => each === id) ?? 'monitor'
