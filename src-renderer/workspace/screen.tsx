import { Banners } from '../panels/banners.tsx'
import { NotLetIn } from '../panels/not-let-in.tsx'
import { StatusBar } from '../panels/status-bar.tsx'
import { TopBar } from '../panels/top-bar.tsx'
import { Guard } from '../widgets/guard.tsx'
import { Tooltip } from '../widgets/tooltip.tsx'
import { useDesk } from './context.ts'
import { useKeys } from './keys.ts'
import { Monitor } from './monitor.tsx'

export function Screen() {
  useKeys()
  const isRefused = useDesk((state) => state.core.kind === 'refused')
  if (isRefused) return <NotLetIn hasKey />
  return (
    <div className="screen">
      <Guard name="The top bar">
        <TopBar />
      </Guard>
      <Guard name="The banners">
        <Banners />
      </Guard>
      <Monitor />
      <Guard name="The status bar">
        <StatusBar />
      </Guard>
      <Tooltip />
    </div>
  )
}
