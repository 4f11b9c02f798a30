import {
  DockviewReact,
  type DockviewReadyEvent,
  type DockviewTheme,
  type IDockviewPanelProps,
} from 'dockview-react'
import { useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { Skeleton } from '../panels/panel.tsx'
import { choices } from '../stores/choices.ts'
import { isFresh } from '../stores/desk-state.ts'
import { toast } from '../stores/toasts.ts'
import { colourPage } from '../theme/theme.ts'
import { Guard } from '../widgets/guard.tsx'
import { useDesk, workspaceReady } from './context.ts'
import { POPOUT_PAGE, showPanel } from './dock-moves.ts'
import { dock, openDock, useArrangement, useGroups } from './dock-state.ts'
import { DockTab } from './dock-tab.tsx'
import { DockTools } from './dock-tools.tsx'
import { PLACEHOLDER } from './plan.ts'
import { PANEL_IDS, panelOf, workspaceIdOf } from './registry.tsx'

const THEME: DockviewTheme = {
  name: 'truebook',
  className: 'dock-theme',
  gap: 5,
  dndPanelOverlay: 'group',
}

/** Whether a panel is in front: one behind another draws nothing. */
function useInFront(api: IDockviewPanelProps['api']): boolean {
  const [isInFront, setInFront] = useState(api.isVisible)
  useEffect(() => {
    const listening = api.onDidVisibilityChange((event) => setInFront(event.isVisible))
    return () => listening.dispose()
  }, [api])
  return isInFront
}

/** Which window a panel is in; drawn anew in another, since measuring belongs to a window. */
function useWindowKey(api: IDockviewPanelProps['api']): string {
  const [type, setType] = useState(api.location.type)
  useEffect(() => {
    const listening = api.onDidLocationChange((event) => setType(event.location.type))
    return () => listening.dispose()
  }, [api])
  return type
}

function DockPanel({ api }: IDockviewPanelProps) {
  const entry = panelOf(api.component)
  const isTold = useDesk((state) => state.told !== null)
  const isInFront = useInFront(api)
  const windowKey = useWindowKey(api)
  if (entry === undefined) return null
  return (
    <section className="panel" aria-label={entry.title} data-panel={api.component}>
      <Guard name={entry.title}>
        {!isTold ? <Skeleton /> : isInFront ? <entry.Body key={windowKey} /> : null}
      </Guard>
    </section>
  )
}

/** Stands where a panel was that this program does not have. */
function MissingPanel({ api, params }: IDockviewPanelProps<{ was?: { title?: string } }>) {
  return (
    <section className="panel" aria-label="Missing panel" data-panel={api.id}>
      <div className="message">
        <strong>This version of Truebook has no panel “{params.was?.title ?? api.id}”</strong>
        <p>Its place is kept: a version that has the panel shows it here again.</p>
        <button type="button" className="button" onClick={() => api.close()}>
          Close it
        </button>
      </div>
    </section>
  )
}

function NoPanels() {
  return (
    <div className="message">
      <strong>No panel is open</strong>
      <div className="buttons">
        {PANEL_IDS.map((id) => (
          <button key={id} type="button" className="button" onClick={() => showPanel(id)}>
            Show {panelOf(id)?.title}
          </button>
        ))}
      </div>
    </div>
  )
}

const COMPONENTS = {
  ...Object.fromEntries(PANEL_IDS.map((id) => [id, DockPanel])),
  [PLACEHOLDER]: MissingPanel,
}

/** Colours the windows of panels popped out, and says when one could not be opened. */
function watchWindows({ api }: DockviewReadyEvent): void {
  const letGo = new Map<string, () => void>()
  api.onDidAddPopoutGroup(({ id, window: view }) => {
    letGo.set(id, colourPage(view.document))
    dock.setState({ groups: api.groups.length })
  })
  api.onDidRemovePopoutGroup(({ id }) => letGo.get(id)?.())
  api.onDidOpenPopoutWindowFail(({ reason }) => {
    if (reason === 'blocked') {
      toast('The browser blocked the window: allow pop-ups for this page, then try again.', true)
    }
  })
}

type DockedProps = { readonly workspace: string; readonly arrangement: string }

function Docked({ workspace, arrangement }: DockedProps) {
  const place = useMemo(() => ({ workspace, arrangement }), [workspace, arrangement])
  useEffect(() => () => dock.setState({ api: null, place: null }), [])
  return (
    <DockviewReact
      theme={THEME}
      components={COMPONENTS}
      defaultTabComponent={DockTab}
      rightHeaderActionsComponent={DockTools}
      watermarkComponent={NoPanels}
      popoutUrl={POPOUT_PAGE}
      disableFloatingGroups
      onReady={(event) => {
        watchWindows(event)
        openDock(event.api, place)
      }}
    />
  )
}

const LEAST_GROUP_PX = 340

/** The panels of the workspace on screen. */
export function Dock() {
  const workspace = workspaceIdOf(useStore(choices, (state) => state.workspace))
  const arrangement = useArrangement()
  const groups = useGroups()
  const isReady = useStore(workspaceReady, (state) => state.isReady)
  const isStale = useDesk((state) => state.told !== null && !isFresh(state))
  // On a stacked page panels keep a readable height, and the page scrolls down.
  const minHeight = arrangement === 'stacked' ? Math.max(1, groups) * LEAST_GROUP_PX : undefined
  return (
    <main className={`dock${isStale ? ' stale' : ''} ${arrangement}`} style={{ minHeight }}>
      {isReady ? (
        <Docked key={`${workspace} ${arrangement}`} {...{ workspace, arrangement }} />
      ) : (
        <Skeleton />
      )}
    </main>
  )
}
