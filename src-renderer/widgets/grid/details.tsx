import { useDesk } from '../../workspace/context.ts'
import type { DeskState } from '../../stores/desk-state.ts'
import type { Line } from '../../stores/table.ts'
import { Dialog, DialogHead } from '../dialog.tsx'
import { copyText } from './cell-menu.ts'
import { useCellContext } from './cell-context.ts'
import type { CellContext, Column } from './column.ts'
import type { GridProps } from './props.ts'

export type Detailed = { readonly line: Line; readonly page: Document }

type DetailsProps<Row> = {
  readonly label: string
  readonly detailed: Detailed
  readonly columns: readonly Column<Row>[]
  readonly read: (state: DeskState, line: Line) => Row | undefined
  readonly actions?: NonNullable<GridProps<Row>['actions']>
  readonly onClose: () => void
}

type FieldProps<Row> = {
  readonly row: Row
  readonly column: Column<Row>
  readonly context: CellContext
}

function Field<Row>({ row, column, context }: FieldProps<Row>) {
  const cell = column.cell(row, context)
  return (
    <div className="detail">
      <dt>{column.titleTip ?? column.title}</dt>
      <dd className={cell.tone ?? 'none'}>
        {cell.text} {cell.badge === undefined ? null : <small>{cell.badge}</small>}
      </dd>
      <dd className="detail-origin">{column.tip(row, context)}</dd>
    </div>
  )
}

/** Every field of one row, shown column or not, each with where it is from. */
export function Details<Row>(props: DetailsProps<Row>) {
  const { label, detailed, columns, read, onClose } = props
  const row = useDesk((state) => read(state, detailed.line))
  const context = useCellContext()
  const [first] = columns
  const title = row === undefined || first === undefined ? label : first.tip(row, context)
  const copyAll = () => {
    if (row === undefined) return
    const text = columns.map((each) => `${each.title}\t${each.copy(row)}`).join('\n')
    void copyText(text, 'every field', detailed.page)
  }
  return (
    <Dialog name={`Details: ${label}`} className="drawer" page={detailed.page} onClose={onClose}>
      <DialogHead title={title.split('\n').slice(0, 2).join(' · ')} onClose={onClose} />
      {row === undefined ? (
        <p className="message">This row is no longer there.</p>
      ) : (
        <>
          <dl className="details">
            {columns.map((column) => (
              <Field key={column.id} {...{ row, column, context }} />
            ))}
          </dl>
          <div className="dialog-foot">
            <button type="button" className="button" onClick={copyAll}>
              Copy all fields
            </button>
            {(props.actions?.(row, detailed.page, [row]) ?? []).map((action) => (
              <button
                key={action.label}
                type="button"
                className="button"
                onClick={() => {
                  onClose()
                  action.run()
                }}
              >
                {action.label}
              </button>
            ))}
          </div>
        </>
      )}
    </Dialog>
  )
}
