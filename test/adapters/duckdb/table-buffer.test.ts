import { DuckDBDataChunk } from '@duckdb/node-api'
import { expect, it } from 'vitest'
import { duckTypes, type Table } from '#adapters/duckdb/columns.ts'
import { TableBuffer } from '#adapters/duckdb/table-buffer.ts'
import { D } from '#shared/money.ts'

const TABLE: Table = {
  name: 'notes',
  columns: [
    ['note', 'text'],
    ['amount', 'decimal'],
  ],
  key: [],
}
const LONG = 'text of more than twelve bytes'

it('leaves nothing of rows that could not be written in the next ones', () => {
  const buffer = new TableBuffer(TABLE)
  const chunk = (): DuckDBDataChunk => DuckDBDataChunk.create(duckTypes(TABLE))
  const misfit = new D('1e21')
  const refused = [
    [LONG, null],
    [LONG, misfit],
  ]
  expect(() => buffer.writeTo(chunk(), refused)).toThrow(/does not fit/)
  const next = chunk()
  buffer.writeTo(next, [
    ['short', new D('1.5')],
    [null, new D(2)],
  ])
  expect(next.getRows().map(([note, amount]) => [note, String(amount)])).toEqual([
    ['short', '1.500000000000000000'],
    [null, '2.000000000000000000'],
  ])
})
