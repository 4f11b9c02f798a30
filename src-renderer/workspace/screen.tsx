import { useStore } from 'zustand'
import { Banners } from '../panels/banners.tsx'
import { FirstRun } from '../panels/first-run.tsx'
import { Give } from '../panels/give.tsx'
import { NotLetIn } from '../panels/not-let-in.tsx'
import { StatusBar } from '../panels/status-bar.tsx'
import { TopBar } from '../panels/top-bar.tsx'
import type { DeskState } from '../stores/desk-state.ts'
import { Guard } from '../widgets/guard.tsx'
import { Menu } from '../widgets/menu.tsx'
import { Toasts } from '../widgets/toasts.tsx'
import { Tooltip } from '../widgets/tooltip.tsx'
import { AppMenu } from './app-menu.tsx'
import { useDesk } from './context.ts'
import { Dock } from './dock.tsx'
import { Help } from './help.tsx'
import { useKeys } from './keys.ts'
import { openedDialog } from './open-dialog.ts'
import { Palette } from './palette.tsx'

/** Nothing to show and nobody to ask: neither a book nor an account, and the link is down. */
const isFirstRun = ({ told }: DeskState): boolean =>
  told !== null &&
  told.book === null &&
  told.accounts.length === 0 &&
  (told.link.problem !== null || told.link.state === 'waiting' || told.link.state === 'stopped')

function Dialogs() {
  const name = useStore(openedDialog, (state) => state.name)
  if (name === 'palette') return <Palette />
  return name === 'help' ? <Help /> : null
}

export function Screen() {
  useKeys()
  const isRefused = useDesk((state) => state.core.kind === 'refused')
  const isFirst = useDesk(isFirstRun)
  if (isRefused) return <NotLetIn hasKey />
  return (
    <div className="screen">
      <Guard name="The top bar">
        <TopBar menu={<AppMenu />} />
      </Guard>
      <Guard name="The banners">{isFirst ? <div /> : <Banners />}</Guard>
      <Guard name="The panels">{isFirst ? <FirstRun /> : <Dock />}</Guard>
      <Guard name="The status bar">
        <StatusBar />
      </Guard>
      <Dialogs />
      <Give />
      <Menu />
      <Tooltip />
      <Toasts />
    </div>
  )
}
