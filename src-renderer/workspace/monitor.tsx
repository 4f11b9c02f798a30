import { useEffect, useState, type KeyboardEvent } from 'react'
import { FillTools, Fills } from '../panels/fills.tsx'
import { OrderTools, Orders } from '../panels/orders.tsx'
import { Panel } from '../panels/panel.tsx'
import { Positions } from '../panels/positions.tsx'
import { Splitter } from '../widgets/splitter.tsx'
import { useDesk } from './context.ts'
import { arrange, STANDARD, useLayout } from './layout.ts'

/** From this width on positions, fills and orders fit beside one another. */
const WIDE = '(min-width: 1700px)'

function useWide(): boolean {
  const [isWide, setWide] = useState(() => matchMedia(WIDE).matches)
  useEffect(() => {
    const query = matchMedia(WIDE)
    const onChange = () => setWide(query.matches)
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  return isWide
}

const TABS = { fills: 'Fills', orders: 'Orders' } as const
type TabId = keyof typeof TABS
const OTHER = { fills: 'orders', orders: 'fills' } as const

function useCounts(): Record<TabId, number> {
  const fills = useDesk((state) => state.fills.byKey.size)
  const orders = useDesk((state) => state.orders.byKey.size)
  return { fills, orders }
}

function Tabs({ tab }: { readonly tab: TabId }) {
  const counts = useCounts()
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
    arrange({ tab: OTHER[tab] })
    event.currentTarget.querySelector<HTMLElement>(`#tab-${OTHER[tab]}`)?.focus()
  }
  return (
    <div role="tablist" aria-label="Fills and orders" className="tabs" onKeyDown={onKeyDown}>
      {(['fills', 'orders'] as const).map((id) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={`tab-${id}`}
          aria-selected={id === tab}
          aria-controls="tab-panel"
          tabIndex={id === tab ? 0 : -1}
          className="tab"
          onClick={() => arrange({ tab: id })}
        >
          {TABS[id]} <span className="count">{counts[id]}</span>
        </button>
      ))}
    </div>
  )
}

/** Fills and orders behind one another, for windows not wide enough for both. */
function Tabbed() {
  const { tab } = useLayout()
  return (
    <Panel
      panel={tab}
      name={TABS[tab]}
      title={<Tabs tab={tab} />}
      tools={tab === 'fills' ? <FillTools /> : <OrderTools />}
    >
      <div id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab}`} className="tab-panel">
        {tab === 'fills' ? <Fills /> : <Orders />}
      </div>
    </Panel>
  )
}

function Titled({ id }: { readonly id: TabId }) {
  const counts = useCounts()
  return (
    <Panel
      panel={id}
      name={TABS[id]}
      title={
        <h2>
          {TABS[id]} <span className="count">{counts[id]}</span>
        </h2>
      }
      tools={id === 'fills' ? <FillTools /> : <OrderTools />}
    >
      {id === 'fills' ? <Fills /> : <Orders />}
    </Panel>
  )
}

const parts = (share: number): string =>
  `minmax(0, ${share}fr) var(--gap) minmax(0, ${100 - share}fr)`

function Wide() {
  const { beside, fills } = useLayout()
  return (
    <main className="monitor" style={{ gridTemplateColumns: parts(beside) }}>
      <Positions />
      <Splitter
        name="Width of the positions"
        lies="vertical"
        share={beside}
        standard={STANDARD.beside}
        onChange={(share) => arrange({ beside: share })}
      />
      <div className="split" style={{ gridTemplateRows: parts(fills) }}>
        <Titled id="fills" />
        <Splitter
          name="Height of the fills"
          lies="horizontal"
          share={fills}
          standard={STANDARD.fills}
          onChange={(share) => arrange({ fills: share })}
        />
        <Titled id="orders" />
      </div>
    </main>
  )
}

function Stacked() {
  const { stacked } = useLayout()
  return (
    <main className="monitor stacked" style={{ gridTemplateRows: parts(stacked) }}>
      <Positions />
      <Splitter
        name="Height of the positions"
        lies="horizontal"
        share={stacked}
        standard={STANDARD.stacked}
        onChange={(share) => arrange({ stacked: share })}
      />
      <Tabbed />
    </main>
  )
}

export function Monitor() {
  return useWide() ? <Wide /> : <Stacked />
}
