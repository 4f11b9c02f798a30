import { causesOfQuantity } from '#domain/cause-quantity.ts'
import type { QuantityEvidence } from '#domain/cause-evidence.ts'
import type { LikelyCause } from '#domain/cause.ts'
import type { BrokerHolding } from '#domain/broker-side.ts'
import { present } from '#shared/assert.ts'
import { conId } from '#shared/ids.ts'
import { D } from '#shared/money.ts'
import { anInstrument } from '../fakes/builders.ts'
import { bothSides, costsOf, type Happened } from './sides.ts'
import { breaksOf } from './settling.ts'

export const PUT = conId(7001)
const stock = anInstrument()
export const put = anInstrument({
  conId: PUT,
  secType: 'OPT',
  localSymbol: 'SPY 260320P50',
  multiplier: new D(100),
  strike: new D(50),
  right: 'put',
  expiry: '20260320',
})
const instruments = [stock, put]

/** What is known around the break in SPY, or in the instrument given. */
export function around(
  happened: Happened,
  broker: readonly BrokerHolding[],
  over: Partial<QuantityEvidence> = {},
): QuantityEvidence {
  const all = { instruments, ...happened }
  const sides = bothSides(all, { broker })
  const instrument = over.instrument ?? stock
  const quantityBreaks = breaksOf(all, broker)
    .filter(({ kind }) => kind === 'quantity')
    .map((one) => ({ break: one, instrument: sides.instruments.get(one.conId!)! }))
  const own = quantityBreaks.find((one) => one.instrument.conId === instrument.conId)
  return {
    break: present(own, 'a break in the instrument').break,
    instrument,
    cost: costsOf(all).get(instrument.conId) ?? null,
    brokerAverage: broker.find((one) => one.conId === instrument.conId)?.averageCost ?? null,
    brokerExecutions: [],
    fills: happened.fills,
    orders: [],
    quantityBreaks,
    cashBreak: null,
    doesCashAgree: false,
    today: '20260302',
    mark: null,
    away: null,
    adjustments: happened.adjustments ?? [],
    lately: null,
    replayedFrom: null,
    ...over,
  }
}

export const told = (causes: readonly LikelyCause[]): readonly string[] =>
  causes.map(({ cause, certainty, proposals }) =>
    [cause, certainty, ...proposals.map(({ how }) => how)].join(' | '),
  )
export const causes = (...evidence: Parameters<typeof around>) =>
  told(causesOfQuantity(around(...evidence)))

export const UNKNOWN = 'unknown | possible | keep unattributed | fetch executions'
