import type { WorkspaceDocument, WorkspaceLayout } from '#shared/api/workspace.ts'

/** Positions above fills and orders behind one another. */
export const aLayout = (change: Partial<WorkspaceLayout> = {}): WorkspaceLayout => ({
  grid: {
    root: {
      type: 'branch',
      data: [
        { type: 'leaf', data: { id: 'g1', views: ['positions'], activeView: 'positions' } },
        { type: 'leaf', data: { id: 'g2', views: ['orders', 'fills'], activeView: 'fills' } },
      ],
    },
    width: 1366,
    height: 640,
    orientation: 'VERTICAL',
  },
  panels: {
    positions: { id: 'positions', contentComponent: 'positions' },
    orders: { id: 'orders', contentComponent: 'orders' },
    fills: { id: 'fills', contentComponent: 'fills' },
  },
  ...change,
})

/** What was saved after the theme was chosen and the fills were hidden from nobody. */
export const aWorkspace = (change: Partial<WorkspaceDocument> = {}): WorkspaceDocument => ({
  version: 1,
  workspace: 'monitor',
  layouts: { monitor: { standard: aLayout() } },
  tables: { positions: { hidden: ['commission'], pinned: ['asOf'], sort: null } },
  theme: 'dark',
  keys: { singles: true, bound: {} },
  snoozed: {},
  ...change,
})
