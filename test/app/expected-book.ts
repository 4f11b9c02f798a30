import { attribute, DEFAULT_RULE } from '#domain/attribution.ts'
import { splitExecId, type CommissionReport } from '#domain/execution.ts'
import { isFolded, type Charge, type Fill } from '#domain/fill.ts'
import { flat, positionKey } from '#domain/position.ts'
import { foldPosition } from '#domain/fold.ts'
import type { Book } from '#app/book.ts'
import type { PositionRecord } from '#ports/ledger.ts'
import { D, text, textOrNull, type Decimal, type Money } from '#shared/money.ts'
import { asText } from '../domain/arbitraries.ts'
import type { Told } from './told.ts'

/** What a book must come to, worked out from everything told at once: no order, no state. */

type Execution = Extract<Told, { kind: 'execution' }>

/** Each execution at its highest revision, with the charge of the highest revision up to it. */
function fillsOf(told: readonly Told[]): readonly Fill[] {
  const latest = new Map<string, Execution>()
  for (const one of told) {
    if (one.kind !== 'execution') continue
    const { root, revision } = splitExecId(one.execution.execId)
    const known = latest.get(root)
    if (known && splitExecId(known.execution.execId).revision >= revision) continue
    latest.set(root, one)
  }
  const reports = told.flatMap((one) => (one.kind === 'commission' ? [one.report] : []))
  return [...latest.values()].map((one) => fillOf(one, reports))
}

function fillOf({ execution, instrument }: Execution, reports: readonly CommissionReport[]): Fill {
  const { root, revision } = splitExecId(execution.execId)
  const { strategy, by } = attribute([DEFAULT_RULE], { ...execution, symbol: instrument.symbol })
  return {
    fillId: root,
    revision,
    execution,
    secType: instrument.secType,
    multiplier: instrument.multiplier,
    strategy,
    attributedBy: by,
    charge: chargeOf(root, revision, reports),
    realizedPoints: null,
  }
}

function chargeOf(root: string, upTo: number, reports: readonly CommissionReport[]): Charge | null {
  const own = reports.flatMap(({ execId, commission, currency }): Charge[] => {
    const id = splitExecId(execId)
    const counts = id.root === root && id.revision <= upTo && commission !== null
    return counts ? [{ amount: commission, currency, revision: id.revision }] : []
  })
  return own.reduce<Charge | null>(
    (best, one) => (best === null || one.revision > best.revision ? one : best),
    null,
  )
}

/** Positions, commissions and each fill as plain text, so that whole books can be compared. */
export type BookText = {
  readonly positions: Record<string, unknown>
  readonly fills: Record<string, unknown>
}

export function expectedBook(told: readonly Told[]): BookText {
  const fills = fillsOf(told)
  const booked = fills.filter(({ secType }) => isFolded(secType))
  const keys = new Set(booked.map(keyOf))
  const realized = new Map<string, Decimal | null>()
  const positions = [...keys].map((key) => {
    const own = booked.filter((fill) => keyOf(fill) === key)
    const [first] = own
    const start = flat(first!.strategy, first!.execution.conId)
    const folded = foldPosition(start, { fills: own, adjustments: [] })
    for (const [root, points] of folded.realized) realized.set(root, points)
    return [key, recordText({ position: folded.position, ...chargesOf(own) })] as const
  })
  return {
    positions: Object.fromEntries(positions.sort(byKey)),
    fills: fillTexts(fills.map((fill) => ({ ...fill, realizedPoints: pointsOf(fill, realized) }))),
  }
}

const pointsOf = ({ fillId }: Fill, realized: ReadonlyMap<string, Decimal | null>) =>
  realized.get(fillId) ?? null

const keyOf = ({ strategy, execution }: Fill): string => positionKey(strategy, execution.conId)

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1

/** What fills were charged, and how many have not been told of it yet. */
export function chargesOf(fills: readonly Fill[]) {
  const commissions = new Map<string, Money>()
  for (const { charge } of fills) {
    if (charge === null) continue
    const { amount, currency } = charge
    commissions.set(currency, (commissions.get(currency) ?? new D(0)).plus(amount) as Money)
  }
  return { commissions, commissionsPending: fills.filter(({ charge }) => charge === null).length }
}

/** A currency in which nothing is charged any more is as if it never was. */
const sumTexts = (sums: ReadonlyMap<string, Decimal>): Record<string, string> =>
  Object.fromEntries(
    [...sums].filter(([, sum]) => !sum.isZero()).map(([currency, sum]) => [currency, text(sum)]),
  )

type Held = Omit<PositionRecord, 'changedAt'>

const recordText = ({ position, commissions, commissionsPending }: Held) => ({
  ...asText(position),
  commissions: sumTexts(commissions),
  pending: commissionsPending,
})

/** Fills by their root, all that a book says of them. */
function fillTexts(fills: readonly Fill[]): Record<string, unknown> {
  const entries = fills.map(({ fillId, execution, charge, ...fill }) => [
    fillId,
    {
      execId: execution.execId,
      price: text(execution.price),
      shares: text(execution.shares),
      strategy: fill.strategy,
      revision: fill.revision,
      realized: textOrNull(fill.realizedPoints),
      charge: charge && `${text(charge.amount)} ${charge.currency} of ${charge.revision}`,
    },
  ])
  return Object.fromEntries(entries) as Record<string, unknown>
}

const positionTexts = (records: readonly Held[]): Record<string, unknown> =>
  Object.fromEntries(
    records
      .map(
        (one) => [positionKey(one.position.strategy, one.position.conId), recordText(one)] as const,
      )
      .sort(byKey),
  )

/** The positions that hold, made or cost anything: one whose fills were all given away is none. */
export const heldTexts = (records: readonly Held[]): Record<string, unknown> =>
  positionTexts(
    records.filter(({ position, ...charged }) => {
      const { quantity, realizedPoints, isRealizedKnown } = position
      const isNothing = quantity.isZero() && realizedPoints.isZero() && isRealizedKnown
      const isCharged = Object.keys(sumTexts(charged.commissions)).length > 0
      return !isNothing || isCharged || charged.commissionsPending > 0
    }),
  )

/** What a book holds in memory. */
export const positionsIn = (book: Book): Record<string, unknown> =>
  positionTexts([...book.memory.holdings.values()].map((holding) => holding.record()))

/** What its ledger holds: every fill, and the projection of positions. */
export async function bookIn(book: Book): Promise<BookText> {
  const fills = await book.ledger.pageOfFills({ limit: 1_000_000, before: null })
  const { positions } = await book.ledger.load()
  return { positions: positionTexts(positions), fills: fillTexts(fills) }
}
