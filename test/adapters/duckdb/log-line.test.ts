import { describe, expect, it } from 'vitest'
import { lineOf, readLine, type LoggedCommit } from '#adapters/duckdb/log-line.ts'
import type { Table } from '#adapters/duckdb/columns.ts'
import { D } from '#shared/money.ts'
import { utcNanos } from '#shared/time.ts'

const TABLE: Table = {
  name: 'things',
  columns: [
    ['name', 'text'],
    ['count', 'count'],
    ['flag', 'flag'],
    ['sum', 'decimal'],
    ['at', 'moment'],
  ],
  key: ['name'],
}

const commit = (...rows: LoggedCommit['writes'][number]['rows'][number][]): LoggedCommit => ({
  number: 7,
  writes: [{ table: TABLE, how: 'append', rows }],
})

describe('a line of the commit log', () => {
  it('says every value as it was, to the last digit', () => {
    const said = commit(
      ['été "x"\n', 2 ** 40, true, new D('-12345678901234567890.123456789012345678'), 1n],
      ['', 0, false, new D('0.000000000000000001'), utcNanos(9_223_372_036_854_775_807n)],
      [null, null, null, null, null],
    )
    const line = lineOf(said)
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(readLine(line.trimEnd(), { tables: [TABLE], applied: 0 })).toEqual(said)
  })

  it('says nothing when any of it is missing or changed', () => {
    const line = lineOf(commit(['a', 1, true, new D('1.5'), 2n])).trimEnd()
    for (let length = 0; length < line.length; length += 1) {
      expect(readLine(line.slice(0, length), { tables: [TABLE], applied: 0 })).toBeNull()
    }
    expect(readLine(line.replace('1.5', '1.6'), { tables: [TABLE], applied: 0 })).toBeNull()
  })

  it('is not read when the tables have its commit', () => {
    const { number } = commit(['a', 1, true, new D('1.5'), 2n])
    const line = lineOf(commit(['a', 1, true, new D('1.5'), 2n])).trimEnd()
    const read = [number - 1, number, number + 1].map((applied) =>
      readLine(line, { tables: [TABLE], applied }),
    )
    expect(read.map((one) => one?.number ?? null)).toEqual([number, null, null])
  })

  it('of a version whose table had fewer columns leaves the others unknown', () => {
    const older = { ...TABLE, columns: TABLE.columns.slice(0, 3) }
    const line = lineOf({
      number: 7,
      writes: [{ table: older, how: 'put', rows: [['a', 1, true]] }],
    })
    expect(readLine(line.trimEnd(), { tables: [TABLE], applied: 0 })?.writes[0]?.rows).toEqual([
      ['a', 1, true, null, null],
    ])
  })

  it('is not made of a number the tables would refuse later', () => {
    for (const misfit of ['0.0000000000000000001', '100000000000000000000']) {
      expect(() => lineOf(commit(['a', 1, true, new D(misfit), 2n]))).toThrow(/DECIMAL\(38,18\)/)
    }
  })
})
