import type { OrderRow } from '#shared/api/views.ts'
import type { DeskState } from '../stores/desk-state.ts'
import type { Line } from '../stores/table.ts'
import { Grid } from '../widgets/grid/grid.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'
import { Empty } from './empty.tsx'
import { ORDER_COLUMNS } from './order-columns.ts'
import { TableTools } from './panel.tsx'

const read = (state: DeskState, line: Line): OrderRow | undefined =>
  state.orders.byKey.get(line.key)

export function OrderCount() {
  return useDesk((state) => state.orders.byKey.size)
}

export function OrderTools() {
  return <TableTools id="orders" columns={ORDER_COLUMNS} read={read} />
}

const IDS = [
  { title: 'Perm ID', of: (row: OrderRow) => (row.permId === 0 ? '' : String(row.permId)) },
  { title: 'Order Ref', of: (row: OrderRow) => row.orderRef },
]

export function Orders() {
  const table = useWorkspace().tables.orders
  const capabilities = useDesk((state) => state.told?.link.capabilities) ?? null
  const why =
    capabilities?.orders === false
      ? capabilities.sentence
      : 'No order was placed yet. Truebook places none; it shows those of TWS and other programs.'
  return (
    <Grid
      id="orders"
      label="Orders"
      {...{ table, read, ids: IDS }}
      columns={ORDER_COLUMNS}
      empty={<Empty table={table} noun="orders" why={why} />}
    />
  )
}
