import { z } from 'zod'

/**
 * What the trader arranged, as it is saved: panels, columns, keys, theme. Checked before it is
 * saved and before it is restored, so that neither side ever meets half a layout.
 */

/** The version this program writes; a file of a later one is kept aside, never overwritten. */
export const WORKSPACE_VERSION = 1

const share = z.number().nonnegative().optional()

/** Tabs behind one another. What else the docking library writes there is kept as it is. */
const tabs = z.looseObject({
  id: z.string().min(1),
  views: z.array(z.string().min(1)),
  activeView: z.string().optional(),
})
type Tabs = z.infer<typeof tabs>

type Branch = { type: 'branch'; data: Place[]; size?: number | undefined }
type Leaf = { type: 'leaf'; data: Tabs; size?: number | undefined }
/** One place of the grid: split further, or held by tabs. */
export type Place = Branch | Leaf

const place: z.ZodType<Place> = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('branch'), data: z.array(place), size: share }),
    z.looseObject({ type: z.literal('leaf'), data: tabs, size: share }),
  ]),
)

const grid = z.looseObject({
  root: place,
  width: z.number().nonnegative(),
  height: z.number().nonnegative(),
  orientation: z.enum(['HORIZONTAL', 'VERTICAL']),
})

/** Panels in a window of their own, and where they return to. */
const poppedOut = z.looseObject({
  data: tabs.optional(),
  grid: grid.optional(),
  position: z.looseObject({}).nullable(),
})

const panel = z.looseObject({
  id: z.string().min(1),
  /** The panel's name in the registry; one that is not there any more shows a placeholder. */
  contentComponent: z.string().min(1),
  title: z.string().optional(),
})

/** The tabs in a place of the grid and in all places inside it. */
const tabsIn = (at: Place): readonly Tabs[] =>
  at.type === 'leaf' ? [at.data] : at.data.flatMap(tabsIn)

/** How the panels of one workspace stand, in the docking library's own words. */
export const workspaceLayout = z
  .looseObject({
    grid,
    panels: z.record(z.string(), panel),
    activeGroup: z.string().optional(),
    popoutGroups: z.array(poppedOut).optional(),
  })
  .superRefine((layout, context) => {
    const windows = (layout.popoutGroups ?? []).flatMap((each) => [
      ...(each.data === undefined ? [] : [each.data]),
      ...(each.grid === undefined ? [] : tabsIn(each.grid.root)),
    ])
    const views = [...tabsIn(layout.grid.root), ...windows].flatMap((each) => each.views)
    const unknown = views.find((view) => layout.panels[view] === undefined)
    if (unknown !== undefined) context.addIssue(`the panel ${unknown} is not described`)
    if (new Set(views).size !== views.length) context.addIssue('a panel stands in two places')
  })
export type WorkspaceLayout = z.infer<typeof workspaceLayout>

/** What the trader chose to see of one table. */
const tableChoice = z.object({
  /** Columns that are never shown. */
  hidden: z.array(z.string()),
  /** Columns that are shown however narrow the panel is. */
  pinned: z.array(z.string()),
  sort: z.object({ column: z.string(), direction: z.enum(['ascending', 'descending']) }).nullable(),
})

export type TableChoice = z.infer<typeof tableChoice>

export const workspaceDocument = z.object({
  version: z.literal(WORKSPACE_VERSION),
  /** The workspace on screen. */
  workspace: z.string().min(1),
  /** By workspace, then by how much room the window has. */
  layouts: z.record(z.string(), z.record(z.string(), workspaceLayout)),
  /** By table. */
  tables: z.record(z.string(), tableChoice),
  theme: z.enum(['system', 'dark', 'light']),
  keys: z.object({
    /** Whether single keys such as / and ? act outside of text fields. */
    singles: z.boolean(),
    /** Commands whose key was changed; an empty text is no key. */
    bound: z.record(z.string(), z.string()),
  }),
  /** Notices not to be counted before this moment, by their text. */
  snoozed: z.record(z.string(), z.number().int()),
})
export type WorkspaceDocument = z.infer<typeof workspaceDocument>

/** What a start finds: nothing saved yet is null; `notice` says when something was amiss. */
export const loadedWorkspace = z.object({
  document: workspaceDocument.nullable(),
  notice: z.string().nullable(),
})
export type LoadedWorkspace = z.infer<typeof loadedWorkspace>
