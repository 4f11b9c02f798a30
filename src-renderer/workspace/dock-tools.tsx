import type { IDockviewHeaderActionsProps } from 'dockview-react'
import { Ellipsis } from 'lucide-react'
import { timeOf } from '../format/time.ts'
import { IconButton } from '../panels/panel.tsx'
import { asOf, isFresh } from '../stores/desk-state.ts'
import { openMenu } from '../widgets/menu.tsx'
import { useDesk } from './context.ts'
import { panelMenu } from './panel-menu.ts'
import { panelOf } from './registry.tsx'

/** Said beside the tabs when what is below is not live. */
function StaleSince() {
  const fresh = useDesk(isFresh)
  const at = useDesk(asOf)
  return fresh || at === null ? null : <span className="as-of">as of {timeOf(at)}</span>
}

/** What the panel in front offers, at the right of its tabs. */
export function DockTools({ activePanel }: IDockviewHeaderActionsProps) {
  const isTold = useDesk((state) => state.told !== null)
  if (activePanel === undefined) return null
  const entry = panelOf(activePanel.api.component)
  const title = entry?.title ?? activePanel.id
  return (
    <div role="toolbar" aria-label={`${title} tools`} className="panel-tools">
      <StaleSince />
      {isTold && entry?.Tools !== undefined ? <entry.Tools key={title} /> : null}
      <IconButton
        name={`Panel ${title}`}
        tip="Move, pop out, maximize or close this panel."
        hasMenu
        onPress={(button) => {
          const entries = () => panelMenu(activePanel)
          openMenu({ name: `Panel ${title}`, entries, at: button, in: button.ownerDocument })
        }}
      >
        <Ellipsis size={14} />
      </IconButton>
    </div>
  )
}
