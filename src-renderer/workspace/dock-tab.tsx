import type { IDockviewPanelHeaderProps } from 'dockview-react'
import { openMenu } from '../widgets/menu.tsx'
import { panelMenu } from './panel-menu.ts'
import { panelOf } from './registry.tsx'

/** The tab of a panel: its title and how much is in it; the right button opens its menu. */
export function DockTab({ api, containerApi }: IDockviewPanelHeaderProps) {
  const entry = panelOf(api.component)
  return (
    <div
      className="tab"
      onContextMenu={(event) => {
        event.preventDefault()
        const panel = containerApi.getPanel(api.id)
        if (panel === undefined) return
        api.setActive()
        const at = { x: event.clientX, y: event.clientY }
        const page = event.currentTarget.ownerDocument
        openMenu({
          name: `Panel ${entry?.title ?? ''}`,
          entries: () => panelMenu(panel),
          at,
          in: page,
        })
      }}
    >
      <span>{entry?.title ?? api.title ?? api.id}</span>
      {entry?.Count === undefined ? null : (
        <span className="count">
          <entry.Count />
        </span>
      )}
    </div>
  )
}
