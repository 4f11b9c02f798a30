/** What the gateway wrote down while it ran: the facts a book is compared with. */
export type RecordedDay = {
  readonly instruments: ReadonlyMap<number, RecordedInstrument>
  /** What the account held before anything was traded, by conId. */
  readonly openings: ReadonlyMap<number, RecordedHolding>
  /** Every execution and every revision of it, as it happened. */
  readonly executions: readonly RecordedExecution[]
  /** By exec id, revision included. */
  readonly commissions: ReadonlyMap<string, RecordedCommission>
  /** What the broker holds now, by conId. */
  readonly held: ReadonlyMap<number, RecordedHolding>
  /** Every change of cash, in the order of what happened. */
  readonly cash: readonly RecordedCash[]
  /** What everything was worth, at the moments the gateway wrote it down. */
  readonly valuations: readonly RecordedValuation[]
}

export type RecordedCash = {
  readonly account: string
  readonly currency: string
  readonly amount: string
  readonly why: string
}

export type RecordedValuation = {
  readonly occasion: string
  readonly at: string
  readonly accounts: readonly {
    readonly account: string
    readonly netLiquidation: string
    readonly cash: Readonly<Record<string, string>>
    readonly futuresPnl: Readonly<Record<string, string>>
    readonly accrued: Readonly<Record<string, string>>
  }[]
}

export type RecordedInstrument = {
  readonly conId: number
  readonly symbol: string
  readonly secType: string
  readonly currency: string
  readonly multiplier: string | number
  readonly priceMagnifier: number
}

export type RecordedHolding = {
  readonly conId: number
  readonly quantity: string
  /** Of one unit, multiplier and opening commission included. */
  readonly averageCost: string
}

export type RecordedExecution = {
  readonly execId: string
  readonly root: string
  readonly revision: number
  readonly account: string
  readonly conId: number
  readonly secType: string
  readonly orderRef: string
  readonly permId: number
  readonly clientId: number
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly cumulative: string
  readonly executedAt: string
  /** When it was told as it happened, in milliseconds; null: nobody heard it then. */
  readonly sentAt: number | null
}

export type RecordedCommission = {
  readonly execId: string
  readonly commission: string
  readonly currency: string
}

type Fact = { readonly type: string } & Record<string, unknown>

/** Reads the record's JSON lines; a last line that is being written is left out. */
export function readRecord(text: string): RecordedDay {
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const facts = whole
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Fact)
  const all = (...types: readonly string[]): readonly unknown[] =>
    facts.filter(({ type }) => types.includes(type))
  return {
    instruments: byConId(all('instrument') as RecordedInstrument[]),
    openings: byConId(all('opening') as RecordedHolding[]),
    executions: all('execution') as RecordedExecution[],
    commissions: new Map(
      (all('commission') as RecordedCommission[]).map((fact) => [fact.execId, fact] as const),
    ),
    held: byConId(all('opening', 'position') as RecordedHolding[]),
    cash: all('cash') as RecordedCash[],
    valuations: all('valuation') as RecordedValuation[],
  }
}

/** The last of each instrument counts. */
const byConId = <Row extends { readonly conId: number }>(
  rows: readonly Row[],
): ReadonlyMap<number, Row> => new Map(rows.map((row) => [row.conId, row]))
