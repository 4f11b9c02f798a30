import type { DockviewApi, IDockviewPanel } from 'dockview-react'
import { toast } from '../stores/toasts.ts'
import { dock } from './dock-state.ts'
import { panelOf, type PanelId } from './registry.tsx'

type Direction = 'left' | 'right' | 'up' | 'down'
const EDGE = { left: 'left', right: 'right', up: 'top', down: 'bottom' } as const

const onDock = (run: (api: DockviewApi) => void): void => {
  const { api } = dock.getState()
  if (api !== null) run(api)
}
const onPanel = (run: (panel: IDockviewPanel, api: DockviewApi) => void): void =>
  onDock((api) => {
    if (api.activePanel !== undefined) run(api.activePanel, api)
  })

/** What can hold the focus inside a panel: its table, else the first thing that takes a key. */
export const focusIn = (around: ParentNode): HTMLElement | null =>
  around.querySelector<HTMLElement>('[data-focus]') ??
  around.querySelector<HTMLElement>('button, select, input, [tabindex="0"]')

/** Enough for a panel to be drawn while the machine is busy; about half a second. */
const DRAWINGS = 30

/** Once it is drawn: a panel that has just come to the front is not there yet. */
const focusPanel = (id: string, drawings = DRAWINGS): void =>
  onDock((api) => {
    requestAnimationFrame(() => {
      const view = api.getPanel(id)?.api.getWindow() ?? window
      const around = view.document.querySelector(`[data-panel="${id}"]`)
      const place = around === null ? null : focusIn(around)
      if (place !== null) place.focus()
      else if (drawings > 1) focusPanel(id, drawings - 1)
    })
  })

/** Brings a panel to the front, opening it beside the others when it was closed. */
export function showPanel(id: PanelId): void {
  onDock((api) => {
    const panel = api.getPanel(id)
    if (panel === undefined) api.addPanel({ id, component: id, title: panelOf(id)?.title ?? id })
    else panel.api.setActive()
    focusPanel(id)
  })
}

export const closePanel = (): void => onPanel((panel) => panel.api.close())

/** Fills the window with the panel in front, or gives it its place back. */
export const toggleMaximized = (): void =>
  onPanel((panel) => {
    if (panel.api.isMaximized()) panel.api.exitMaximized()
    else panel.api.maximize()
    focusPanel(panel.id)
  })

export const isPoppedOut = (panel: IDockviewPanel): boolean => panel.api.location.type === 'popout'

/** Gives the panel a window of its own, or takes it back into this one. */
export const togglePoppedOut = (): void =>
  onPanel((panel, api) => {
    if (isPoppedOut(panel)) {
      panel.api.moveTo({
        group: api.groups.find((group) => group.api.location.type === 'grid') ?? api.addGroup(),
      })
      return
    }
    void api.addPopoutGroup(panel, { popoutUrl: POPOUT_PAGE }).then((isOpen) => {
      if (!isOpen) {
        toast('The window could not be opened: allow pop-ups for this page, then try again.', true)
      }
    })
  })

/** The one page another window may show. */
export const POPOUT_PAGE = 'popout.html'

/**
 * Moves the panel in front: into the group on that side or, where there is none, to that edge of
 * its own group.
 */
export const movePanel = (direction: Direction): void =>
  onPanel((panel, api) => {
    const { group } = panel
    const there = api.adjacentGroupInDirection(group, direction)
    if (there !== undefined) {
      const to = api.groups.find((each) => each.id === there.id)
      if (to !== undefined) panel.api.moveTo({ group: to, position: 'center' })
    } else if (group.panels.length > 1) {
      panel.api.moveTo({ group, position: EDGE[direction] })
    } else {
      toast(`There is nothing further ${direction}: the panel stands alone at that edge.`)
    }
    focusPanel(panel.id)
  })

const STEP = 48
const LEAST = 120

/** Makes the group of the panel in front wider, narrower, taller or shorter. */
export const resizePanel = (by: { readonly width?: 1 | -1; readonly height?: 1 | -1 }): void =>
  onPanel(({ group }) => {
    const width = Math.max(LEAST, group.width + (by.width ?? 0) * STEP)
    const height = Math.max(LEAST, group.height + (by.height ?? 0) * STEP)
    group.api.setSize(by.width === undefined ? { height } : { width })
  })

/** The next or previous of the panels behind one another. */
export const turnTab = (step: 1 | -1): void =>
  onPanel((panel) => {
    const { panels } = panel.group
    const here = panels.findIndex((each) => each.id === panel.id)
    const next = panels[(here + step + panels.length) % panels.length]
    next?.api.setActive()
    if (next !== undefined) focusPanel(next.id)
  })
