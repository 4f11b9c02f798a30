import type { Place, WorkspaceLayout } from '#shared/api/workspace.ts'

/** Panels behind one another. `share` is its part of what it stands in, in percent. */
export type Tabs = {
  readonly share: number
  readonly tabs: readonly string[]
  /** The one in front; the first unless said otherwise. */
  readonly front?: string
}
/** Parts beside one another. */
export type Row = { readonly share: number; readonly row: readonly (Column | Tabs)[] }
/** Parts below one another. */
export type Column = { readonly share: number; readonly column: readonly (Row | Tabs)[] }
export type Plan = Row | Column

type Part = Row | Column | Tabs
type Room = { readonly width: number; readonly height: number }

const partsOf = (part: Row | Column): readonly Part[] => ('row' in part ? part.row : part.column)

const panelsIn = (part: Part): readonly string[] =>
  'tabs' in part ? part.tabs : partsOf(part).flatMap(panelsIn)

/** The room of each part: a row shares the width, a column the height. */
const roomOf = (part: Part, around: Row | Column, room: Room): Room =>
  'row' in around
    ? { ...room, width: (room.width * part.share) / 100 }
    : { ...room, height: (room.height * part.share) / 100 }

function placeOf(part: Part, size: number, room: Room): Place {
  if ('tabs' in part) {
    const [first = ''] = part.tabs
    // Groups are named by what stands in them first: no panel stands in two places.
    const data = { id: `group-${first}`, views: [...part.tabs], activeView: part.front ?? first }
    return { type: 'leaf', data, size }
  }
  const data = partsOf(part).map((each) => {
    const inner = roomOf(each, part, room)
    return placeOf(each, 'row' in part ? inner.width : inner.height, inner)
  })
  return { type: 'branch', data, size }
}

/** A plan as the docking library writes layouts, for a room of so many pixels. */
export function layoutFor(plan: Plan, room: Room): WorkspaceLayout {
  const isRow = 'row' in plan
  const panels = panelsIn(plan).map((id) => [id, { id, contentComponent: id }] as const)
  return {
    grid: {
      root: placeOf(plan, isRow ? room.height : room.width, room),
      ...room,
      orientation: isRow ? 'HORIZONTAL' : 'VERTICAL',
    },
    panels: Object.fromEntries(panels),
  }
}

/** What stands in for a panel that is not in this program. */
export const PLACEHOLDER = 'placeholder'

/** The layout with a placeholder for every panel this program does not have. */
export const withPlaceholders = (
  layout: WorkspaceLayout,
  isKnown: (panel: string) => boolean,
): WorkspaceLayout => ({
  ...layout,
  panels: mapPanels(layout, (panel) =>
    isKnown(panel.contentComponent)
      ? panel
      : { ...panel, contentComponent: PLACEHOLDER, params: { was: panel } },
  ),
})

/** The layout with what placeholders stand for: a program that has the panel shows it again. */
export const withoutPlaceholders = (layout: WorkspaceLayout): WorkspaceLayout => ({
  ...layout,
  panels: mapPanels(layout, (panel) => {
    const params = panel['params'] as { readonly was?: Panel } | undefined
    return panel.contentComponent === PLACEHOLDER ? (params?.was ?? panel) : panel
  }),
})

type Panel = WorkspaceLayout['panels'][string]

const mapPanels = (layout: WorkspaceLayout, change: (panel: Panel) => Panel) =>
  Object.fromEntries(Object.entries(layout.panels).map(([id, panel]) => [id, change(panel)]))

const sum = (sizes: readonly number[]): number => sizes.reduce((all, size) => all + size, 0)

/**
 * What a layout looks like, whatever the window measures: the panels, their order, and their shares
 * to the percent. A window that is made larger changes no shape, so nothing is saved for it.
 */
export function shapeOf(layout: WorkspaceLayout): string {
  const shape = (at: Place, of: number): unknown => {
    const share = of === 0 ? 0 : Math.round(((at.size ?? 0) * 100) / of)
    if (at.type === 'leaf') return [share, at.data.views, at.data.activeView ?? null]
    const all = sum(at.data.map((each) => each.size ?? 0))
    return [share, at.data.map((each) => shape(each, all))]
  }
  const windows = (layout.popoutGroups ?? []).map((each) => [each.data?.views, each.position])
  return JSON.stringify([layout.grid.orientation, shape(layout.grid.root, 0), windows])
}
