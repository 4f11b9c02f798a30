import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Desk, type Dial } from './desk.ts'
import { BREAK_COLUMNS } from './panels/break-columns.ts'
import { FILL_COLUMNS } from './panels/fill-columns.ts'
import { NotLetIn } from './panels/not-let-in.tsx'
import { ORDER_COLUMNS } from './panels/order-columns.ts'
import { PAST_COLUMNS } from './panels/past-columns.ts'
import { POSITION_COLUMNS } from './panels/position-columns.ts'
import { systemClock } from './socket.ts'
import { choices } from './stores/choices.ts'
import { Keeping } from './stores/keeping.ts'
import { pastSource } from './stores/past-lines.ts'
import { keepSorts } from './stores/sorts.ts'
import { toast } from './stores/toasts.ts'
import { breakSource, fillSource, orderSource, positionSource } from './stores/sources.ts'
import { Table } from './stores/table.ts'
import 'dockview-react/dist/styles/dockview.css'
import './theme/tokens.css'
import './theme/screen.css'
import './theme/grid.css'
import './theme/dock.css'
import './theme/drawdown.css'
import './theme/float.css'
import './theme/past.css'
import './theme/bridge.css'
import './theme/give.css'
import './theme/settling.css'
import { startTheme } from './theme/theme.ts'
import { dialFromHere } from './transport.ts'
import {
  startClock,
  WorkspaceContext,
  workspaceReady,
  type Workspace,
} from './workspace/context.ts'
import { Screen } from './workspace/screen.tsx'

function workspaceOf(dial: Dial): Workspace {
  const desk = new Desk({ dial, clock: systemClock })
  const tables = {
    positions: new Table(desk.store, positionSource(POSITION_COLUMNS)),
    fills: new Table(desk.store, fillSource(FILL_COLUMNS)),
    orders: new Table(desk.store, orderSource(ORDER_COLUMNS)),
    breaks: new Table(desk.store, breakSource(BREAK_COLUMNS)),
    past: new Table(desk.store, pastSource(PAST_COLUMNS)),
  }
  return { desk, tables }
}

/** Takes up what was arranged once the core answers, and keeps what is changed. */
function startChoices({ desk, tables }: Workspace): void {
  const keeping = new Keeping(choices, {
    load: () => desk.ask((client) => client.workspace.load()),
    save: (document) => desk.ask((client) => client.workspace.save(document)),
    tell: (sentence) => toast(sentence, true),
    after: (ms, run) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    },
  })
  const stop = desk.store.subscribe((state) => {
    if (state.told === null) return
    stop()
    void keeping.start().then(() => {
      keepSorts(choices, tables)
      workspaceReady.setState({ isReady: true })
    })
  })
  addEventListener('pagehide', () => keeping.flush())
}

function start(element: HTMLElement): void {
  startTheme()
  const root = createRoot(element)
  const dial = dialFromHere()
  if (dial === null) {
    root.render(<NotLetIn hasKey={false} />)
    return
  }
  const workspace = workspaceOf(dial)
  startClock(() => {
    for (const table of Object.values(workspace.tables)) table.tick()
  })
  startChoices(workspace)
  void workspace.desk.run()
  root.render(
    <StrictMode>
      <WorkspaceContext value={workspace}>
        <Screen />
      </WorkspaceContext>
    </StrictMode>,
  )
}

const element = document.getElementById('root')
if (element !== null) start(element)
