import type { Client } from './workstation.ts'
import { exactly, strategyOf, type ExpectedBook, type ExpectedPosition } from './expected-book.ts'
import { readLedger, type LedgerRow } from './ledger-file.ts'

/** How the opening cost was come by. */
export type OpeningCost =
  /** The book was opened before anything was traded: nothing had to be derived. */
  | 'exact'
  /** Derived from the broker's average cost, which is a double; unknown where it cannot be. */
  | 'derived'

const UNATTRIBUTED = 'UNATTRIBUTED'
const LARGEST_ERROR = '1e-9'

const same = (actual: string | null | undefined, wanted: { toFixed: () => string }): boolean =>
  actual !== null && actual !== undefined && exactly(actual).equals(wanted.toFixed())

const nearly = (actual: string, wanted: ExpectedPosition['cost']): boolean =>
  exactly(actual).minus(wanted).abs().lessThanOrEqualTo(wanted.abs().plus(1).times(LARGEST_ERROR))

/** What the running core says and the record does not, as sentences; empty is equal. */
export async function differencesOnScreen(
  client: Client,
  book: ExpectedBook,
  opening: OpeningCost,
): Promise<readonly string[]> {
  const [rows, state] = [await client.positions.list({}), await client.book.state({})]
  const wrong: string[] = []
  if (state.fills !== book.fills.size) wrong.push(`${state.fills} of ${book.fills.size} fills`)
  const byKey = new Map(rows.map((row) => [row.key, row]))
  for (const [key, position] of book.positions) {
    const row = byKey.get(key)
    if (row === undefined) {
      if (!position.quantity.isZero()) wrong.push(`${key}: missing`)
      continue
    }
    if (!same(row.quantity, position.quantity)) {
      wrong.push(`${key}: ${row.quantity}, not ${position.quantity.toFixed()}`)
    } else if (!isAverageRight(row, position, { book, opening })) {
      wrong.push(`${key}: average ${row.averageCost ?? 'unknown'}`)
    }
    if (row.commissionsPending !== 0) wrong.push(`${key}: ${row.commissionsPending} pending`)
  }
  return [...wrong, ...unheard(rows, book), ...wrongSums(rows, book)]
}

type Row = Awaited<ReturnType<Client['positions']['list']>>[number]
type Place = { readonly book: ExpectedBook; readonly opening: OpeningCost }

/** The average a row should show, in the currency: null when flat. */
export function averageOf(position: ExpectedPosition, book: ExpectedBook, multiplier: string) {
  if (position.quantity.isZero()) return null
  const inMoney = position.cost.dividedBy(position.quantity).times(book.pointValue(position.conId))
  return inMoney.dividedBy(multiplier)
}

function isAverageRight(row: Row, position: ExpectedPosition, { book, opening }: Place): boolean {
  const wanted = averageOf(position, book, row.multiplier)
  if (row.averageCost === null) {
    return wanted === null || (opening === 'derived' && position.strategy === UNATTRIBUTED)
  }
  return wanted !== null && nearly(row.averageCost, wanted)
}

const unheard = (rows: readonly Row[], book: ExpectedBook): readonly string[] =>
  rows.filter(({ key }) => !book.positions.has(key)).map(({ key }) => `${key}: nobody traded it`)

/** Where the strategies' sum is not what the record says is held, as sentences; empty is equal. */
export const differencesOfHoldings = async (
  client: Client,
  book: ExpectedBook,
): Promise<readonly string[]> => wrongSums(await client.positions.list({}), book)

function wrongSums(rows: readonly Row[], book: ExpectedBook): readonly string[] {
  return [...book.held].flatMap(([conId, held]) => {
    const parts = rows.filter((row) => row.conId === conId)
    const sum = parts.reduce((total, row) => total.plus(row.quantity), exactly(0))
    return sum.equals(held) ? [] : [`${conId}: ${sum.toFixed()} of ${held.toFixed()} held`]
  })
}

const FILLS = `SELECT fill_id, exec_id, con_id, side, shares, price, strategy, commission,
  commission_currency FROM fills`
/** As the program reads them: the log counts where it has the position. */
const NOT_LOGGED = 'ANTI JOIN positions_log USING (strategy, con_id)'
const HELD = 'strategy, con_id, quantity, cost, realized_points, is_cost_known, commissions_pending'
const POSITIONS = `SELECT *, strategy || '|' || con_id AS key FROM (
  SELECT DISTINCT ${HELD} FROM latest_positions
  UNION ALL SELECT ${HELD} FROM positions ${NOT_LOGGED})`
const TWICE = [
  `SELECT exec_id AS what FROM executions GROUP BY ALL HAVING count(*) > 1`,
  `SELECT exec_id AS what FROM commissions GROUP BY exec_id, commission, currency
     HAVING count(*) > 1`,
  `SELECT fill_id AS what FROM attributions GROUP BY fill_id HAVING count(*) > 1`,
  `SELECT strategy || con_id AS what FROM strategy_positions GROUP BY ts, strategy, con_id
     HAVING count(*) > 1`,
]
const CHARGED = `SELECT strategy || '|' || con_id AS key, currency, commission FROM (
  SELECT strategy, con_id, currency, commission FROM latest_positions
  UNION ALL SELECT * FROM position_commissions ${NOT_LOGGED}) WHERE commission <> 0`

/** What the file says and the record does not, as sentences; empty is equal. */
export async function differencesInFile(
  path: string,
  book: ExpectedBook,
  opening: OpeningCost,
): Promise<readonly string[]> {
  const [executions = [], fills = [], positions = [], charged = [], ...twice] = await readLedger(
    path,
    ['SELECT exec_id FROM executions', FILLS, POSITIONS, CHARGED, ...TWICE],
  )
  const ids = new Set(executions.map((row) => row['exec_id']))
  const missing = [...book.fills.values()].filter(({ execId }) => !ids.has(execId))
  return [
    ...twice.flat().map((row) => `twice: ${row['what'] ?? ''}`),
    ...missing.map(({ execId }) => `execution ${execId} is missing`),
    ...wrongFills(fills, book),
    ...wrongPositions(positions, { book, opening }),
    ...wrongCharges(charged, book),
  ]
}

function wrongFills(rows: readonly LedgerRow[], book: ExpectedBook): readonly string[] {
  const counted = rows.length === book.fills.size ? [] : [`${rows.length} of ${book.fills.size}`]
  const wrong = rows.flatMap((row) => {
    const fill = book.fills.get(row['fill_id'] ?? '')
    if (fill === undefined) return [`fill ${row['fill_id'] ?? ''}: nobody executed it`]
    const { charge } = fill
    const facts = {
      execId: row['exec_id'] === fill.execId,
      instrument: row['con_id'] === String(fill.conId),
      side: row['side'] === fill.side,
      quantity: same(row['shares'], exactly(fill.quantity)),
      price: same(row['price'], exactly(fill.price)),
      strategy: row['strategy'] === strategyOf(fill.orderRef),
      commission: charge === null || same(row['commission'], exactly(charge.commission)),
      currency: charge === null || row['commission_currency'] === charge.currency,
    }
    const names = Object.entries(facts).filter(([, isRight]) => !isRight)
    return names.map(([name]) => `fill ${fill.execId}: ${name} ${JSON.stringify(row)}`)
  })
  return [...counted, ...wrong]
}

function wrongPositions(rows: readonly LedgerRow[], { book, opening }: Place): readonly string[] {
  const byKey = new Map(rows.map((row) => [row['key'] ?? '', row]))
  return [...book.positions].flatMap(([key, position]) => {
    const row = byKey.get(key)
    if (row === undefined) return [`${key}: missing`]
    const isDerived = opening === 'derived' && position.strategy === UNATTRIBUTED
    const isCostRight = isDerived
      ? row['is_cost_known'] === 'false' || nearly(row['cost'] ?? '', position.cost)
      : same(row['cost'], position.cost)
    const facts = {
      quantity: same(row['quantity'], position.quantity),
      cost: isCostRight,
      realized: isDerived || same(row['realized_points'], position.realized),
      pending: row['commissions_pending'] === '0',
    }
    const names = Object.entries(facts).filter(([, isRight]) => !isRight)
    const wanted = `${position.quantity.toFixed()} at ${position.cost.toFixed()}`
    return names.map(([name]) => `${key}: ${name} ${JSON.stringify(row)}, not ${wanted}`)
  })
}

function wrongCharges(rows: readonly LedgerRow[], book: ExpectedBook): readonly string[] {
  const wanted = [...book.positions].flatMap(([key, { charged }]) =>
    [...charged].map(([currency, sum]) => [`${key} ${currency}`, sum] as const),
  )
  const known = new Map(
    rows.map((row) => [`${row['key'] ?? ''} ${row['currency'] ?? ''}`, row['commission']]),
  )
  return wanted
    .filter(([name, sum]) => !sum.isZero() && !same(known.get(name), sum))
    .map(([name, sum]) => `charged ${name}: ${known.get(name) ?? 'nothing'}, not ${sum.toFixed()}`)
}
