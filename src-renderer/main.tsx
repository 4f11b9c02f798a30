import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Desk } from './desk.ts'
import { FILL_COLUMNS } from './panels/fill-columns.ts'
import { NotLetIn } from './panels/not-let-in.tsx'
import { ORDER_COLUMNS } from './panels/order-columns.ts'
import { POSITION_COLUMNS } from './panels/position-columns.ts'
import { socketDial, systemClock } from './socket.ts'
import { fillSource, orderSource, positionSource } from './stores/sources.ts'
import { Table } from './stores/table.ts'
import { takeToken } from './stores/token.ts'
import './theme/tokens.css'
import './theme/screen.css'
import './theme/grid.css'
import { startTheme } from './theme/theme.ts'
import { startClock, WorkspaceContext, type Workspace } from './workspace/context.ts'
import { startLayout } from './workspace/layout.ts'
import { Screen } from './workspace/screen.tsx'

function workspaceOf(token: string): Workspace {
  const desk = new Desk({ dial: socketDial(token), clock: systemClock })
  const tables = {
    positions: new Table(desk.store, positionSource(POSITION_COLUMNS)),
    fills: new Table(desk.store, fillSource(FILL_COLUMNS)),
    orders: new Table(desk.store, orderSource(ORDER_COLUMNS)),
  }
  return { desk, tables }
}

function start(element: HTMLElement): void {
  startTheme()
  startLayout()
  const root = createRoot(element)
  const token = takeToken()
  if (token === null) {
    root.render(<NotLetIn hasKey={false} />)
    return
  }
  const workspace = workspaceOf(token)
  startClock(() => {
    for (const table of Object.values(workspace.tables)) table.tick()
  })
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
