import type { Sort } from '../../stores/table.ts'
import { tipOn } from '../tooltip.tsx'
import type { Column } from './column.ts'

type HeaderProps<Row> = {
  readonly gridId: string
  readonly columns: readonly Column<Row>[]
  readonly sort: Sort
  readonly active: number | null
  readonly onSort: (column: number) => void
}

const glyph = (sort: Sort): string => (sort.direction === 'ascending' ? '▴' : '▾')

const tipOf = <Row,>({ kind, title, titleTip }: Column<Row>): string =>
  kind === 'select' ? 'Select every row, or none.' : `${titleTip ?? title}. Click to sort.`

export function GridHeader<Row>({ gridId, columns, sort, active, onSort }: HeaderProps<Row>) {
  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-row">
        {columns.map((column, index) => {
          const isSorted = sort.column === column.id
          return (
            <div
              key={column.id}
              id={`${gridId}:head:${column.id}`}
              role="columnheader"
              aria-colindex={index + 1}
              aria-sort={isSorted ? sort.direction : 'none'}
              data-head={index}
              className={`cell head ${column.align}${index === active ? ' active' : ''}`}
              onClick={() => onSort(index)}
              {...tipOn(tipOf(column))}
            >
              {column.kind === 'select' ? (
                <span className="select-box" role="img" aria-label="Select every row, or none" />
              ) : (
                <span className="cut">{column.title}</span>
              )}
              {isSorted ? <span className="sort-mark">{glyph(sort)}</span> : null}
            </div>
          )
        })}
      </div>
    </div>
  )
}
