import { SecType as IbSecType } from '@stoqey/ib'
import type { Contract, Execution as IbExecution } from '@stoqey/ib'
import { describe, expect, it } from 'vitest'
import { executionTimes, filterTime } from '#adapters/ib/execution-time.ts'
import { createInstruments } from '#adapters/ib/instruments.ts'
import { decimalOf, priceUnlessZero, quantityOf } from '#adapters/ib/numbers.ts'
import { realmOf } from '#adapters/ib/realm.ts'
import { commissionOf, executionOf, instrumentOf, withDetails } from '#adapters/ib/translate.ts'
import { completedOrderOf, orderStatusOf } from '#adapters/ib/translate-orders.ts'
import { accountId, conId } from '#shared/ids.ts'
import { isoOf, millisOf } from '#shared/time.ts'

const readTime = executionTimes('America/Chicago')
const iso = (text: string): string | null => {
  const read = readTime(text)
  return read === null ? null : isoOf(millisOf(read)).slice(0, 19)
}

describe('Numbers of the socket', () => {
  it.each([
    [0.1, '0.1'],
    [1e-7, '0.0000001'],
    [1.5e-8, '0.000000015'],
    [-0.0068, '-0.0068'],
    [201.8829709, '201.8829709'],
    [-0, '0'],
    [123456789.125, '123456789.125'],
  ])('are read by their shortest decimal text: %d', (value, text) => {
    expect(decimalOf(value)?.toFixed()).toBe(text)
  })

  it.each([undefined, NaN, Infinity, Number.MAX_VALUE, 9223372036854775807])(
    'are unknown, never zero, when TWS has none: %s',
    (value) => expect(decimalOf(value)).toBeNull(),
  )

  it('are no quantity at Integer.MAX, and no price at zero where zero means none', () => {
    expect(quantityOf(2147483647)).toBeNull()
    expect(priceUnlessZero(0)).toBeNull()
  })
})

describe('Execution times', () => {
  it.each([
    ['20261120 10:00:05 US/Eastern', '2026-11-20T15:00:05'],
    ['20260720 10:00:05 US/Eastern', '2026-07-20T14:00:05'],
    ['20261120 10:00:05 EDT', '2026-11-20T15:00:05'],
    ['20261120 10:00:05 MET', '2026-11-20T09:00:05'],
    ['20261120 10:00:05 Japan', '2026-11-20T01:00:05'],
    ['20261120 10:00:05 Asia/Hong_Kong', '2026-11-20T02:00:05'],
    ['20260720 10:00:05 BST', '2026-07-20T09:00:05'],
    ['20261120  10:00:05', '2026-11-20T16:00:05'],
    ['20261120-15:00:05', '2026-11-20T15:00:05'],
    ['20261120 00:30:00 Pacific/Auckland', '2026-11-19T11:30:00'],
  ])('are read in every form: %s', (text, utc) => {
    expect(iso(text)).toBe(utc)
  })

  it('that happen twice in autumn are the first of the two, whenever they are read', () => {
    expect(iso('20261101 01:30:00 US/Eastern')).toBe('2026-11-01T05:30:00')
    expect(iso('20261101 02:30:00 US/Eastern')).toBe('2026-11-01T07:30:00')
  })

  it('that never happen in spring move on by the gap', () => {
    expect(iso('20260308 02:30:00 US/Eastern')).toBe('2026-03-08T07:30:00')
    expect(iso('20260308 03:30:00 US/Eastern')).toBe('2026-03-08T07:30:00')
  })

  it.each(['', 'yesterday', '20261120', '20261120 10:00:05 Mars/Olympus'])(
    'that cannot be read are unknown: %s',
    (text) => expect(iso(text)).toBeNull(),
  )

  it('are written for a filter in UTC', () => {
    expect(filterTime(Date.UTC(2026, 10, 20, 15, 0, 5))).toBe('20261120-15:00:05')
  })
})

const stock: Contract = {
  conId: 265598,
  symbol: 'AAPL',
  secType: IbSecType.STK,
  lastTradeDateOrContractMonth: '',
  strike: 0,
  multiplier: 0,
  exchange: 'SMART',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
}
const execution: IbExecution = {
  orderId: 2147483647,
  clientId: 0,
  execId: '0000e0d5.6560a1b2.01.01',
  time: '20261120 10:00:05 US/Eastern',
  acctNumber: 'DU1234567',
  exchange: 'ISLAND',
  side: 'SLD',
  shares: 0.5,
  price: 201.5,
  permId: 4711,
  cumQty: 0.5,
  avgPrice: 201.5,
  orderRef: '',
}

describe('Contracts', () => {
  it('of a stock have multiplier 1 and neither expiry, strike nor right', () => {
    const made = instrumentOf(stock)
    expect(made).toMatchObject({ expiry: null, strike: null, right: null, minTick: null })
    expect(made?.multiplier.toFixed()).toBe('1')
  })

  it('of an option keep their terms, and the date its first eight characters', () => {
    const made = instrumentOf({
      ...stock,
      secType: IbSecType.OPT,
      strike: 202.5,
      right: 'C' as never,
      multiplier: 100,
      lastTradeDateOrContractMonth: '20261218 08:30 US/Central',
    })
    expect(made).toMatchObject({ expiry: '20261218', right: 'call' })
    expect([made?.strike?.toFixed(), made?.multiplier.toFixed()]).toEqual(['202.5', '100'])
  })

  it('are no instrument without a conId or of an unknown type, but a combination may be', () => {
    expect(instrumentOf({ ...stock, conId: 0 })).toBeNull()
    expect(instrumentOf({ ...stock, secType: 'NEWS' as never })).toBeNull()
    expect(instrumentOf({ ...stock, conId: 0, secType: IbSecType.BAG })).not.toBeNull()
  })

  it('are completed by their details', () => {
    const made = withDetails(instrumentOf(stock)!, {
      contract: stock,
      priceMagnifier: 100,
      minTick: 0.01,
      longName: 'APPLE INC',
    })
    expect(made).toMatchObject({ priceMagnifier: 100, longName: 'APPLE INC' })
    expect(made.minTick?.toFixed()).toBe('0.01')
  })

  it('are one object however often they are met, and keep their details', () => {
    const instruments = createInstruments()
    const first = instruments.meet(stock)
    expect(instruments.meet({ ...stock, exchange: 'ISLAND' })).toBe(first)
    instruments.detail({ contract: stock, minTick: 0.01, longName: 'APPLE INC' })
    const renamed = instruments.meet({ ...stock, symbol: 'AAPL2' })
    expect(renamed).toMatchObject({ symbol: 'AAPL2', longName: 'APPLE INC', exchange: 'SMART' })
    expect(instruments.known(conId(265598))).toBe(renamed)
  })
})

describe('Executions', () => {
  const made = instrumentOf(stock)!

  it('are read whole, fractions of shares and manual order ids included', () => {
    const read = executionOf(execution, made, readTime)
    expect(read.ok && read.value).toMatchObject({ side: 'sell', orderId: 2147483647, clientId: 0 })
    expect(read.ok && read.value.shares.toFixed()).toBe('0.5')
  })

  it('of a combination may have a price of zero or below', () => {
    const read = executionOf({ ...execution, price: -1.25 }, made, readTime)
    expect(read.ok && read.value.price.toFixed()).toBe('-1.25')
  })

  it.each([
    [{ execId: '' }, 'no exec id'],
    [{ acctNumber: '' }, 'no account'],
    [{ side: 'LENT' }, 'no side'],
    [{ shares: 9223372036854775807 }, 'no shares'],
    [{ price: Number.MAX_VALUE }, 'no price'],
    [{ time: 'soon' }, 'no time'],
  ])('say what they lack: %o', (part, lack) => {
    expect(executionOf({ ...execution, ...part }, made, readTime)).toEqual({
      ok: false,
      error: lack,
    })
  })

  it('do without what only informs', () => {
    const read = executionOf({ ...execution, avgPrice: 0, orderRef: '' }, made, readTime)
    expect(read.ok && read.value).toMatchObject({ averagePrice: null })
  })
})

describe('Commissions', () => {
  it('are unknown while pending, and zero or a rebate when they are that', () => {
    const text = (commission: number) =>
      commissionOf({ execId: 'a.01', commission, currency: 'USD' })?.commission?.toFixed() ?? null
    expect([text(-1), text(0), text(-0.25), text(1.05)]).toEqual([null, '0', '-0.25', '1.05'])
  })

  it('have no realized P&L on opening fills', () => {
    const report = commissionOf({ execId: 'a.01', commission: 1 })
    expect(report?.realizedPnl).toBeNull()
    expect(commissionOf({ commission: 1 })).toBeNull()
  })
})

describe('Orders', () => {
  it('that are completed are known by their permanent id alone', () => {
    const report = completedOrderOf({
      contract: stock,
      order: { permId: 4711, orderType: 'LMT' as never, lmtPrice: 201, filledQuantity: 5 },
      state: { status: 'Cancelled' as never, completedStatus: 'Cancelled by Trader' },
    })
    expect(report).toMatchObject({ permId: 4711, orderId: null, clientId: null })
    expect(report).toMatchObject({ status: 'Cancelled', reason: 'Cancelled by Trader' })
  })

  it('have no average price before the first fill', () => {
    const report = orderStatusOf([12, 'Submitted', 0, 100, 0, 4711, 0, 0, 7, ''])
    expect(report).toMatchObject({ averageFillPrice: null, status: 'Submitted', reason: null })
    expect(orderStatusOf([12, 'Teleported', 0, 1, 0]).status).toBe('Unknown')
  })
})

describe('The realm of a session', () => {
  it.each([
    [['DEMO1000001'], false, 'SIMULATED'],
    [['DU1234567'], true, 'SIMULATED'],
    [['DU1234567', 'DF1'], false, 'PAPER'],
    [['U1234567'], false, 'LIVE'],
    [['DU1234567', 'U1234567'], false, 'LIVE'],
    [[], true, 'UNKNOWN'],
  ])('of %o is told by its accounts', (accounts, isSimulated, realm) => {
    expect(realmOf(accounts.map(accountId), isSimulated)).toBe(realm)
  })
})
