import { describe, expect, it } from 'vitest'
import { AccountValues } from '#app/account-values.ts'
import { PriceCache } from '#app/price-cache.ts'
import type { PriceQuote, PriceSource } from '#ports/broker.ts'
import { conId, type ConId } from '#shared/ids.ts'
import { price, quantity } from '#shared/money.ts'
import { utcMillis, type UtcMillis } from '#shared/time.ts'
import { ACCOUNT, anInstrument, anOrderReport, SPY } from '../fakes/builders.ts'
import { MARKET_OPEN } from '../fakes/clock.ts'
import { newDesk } from './new-desk.ts'

const at = (seconds: number): UtcMillis => utcMillis(MARKET_OPEN + seconds * 1_000)
const quote = (said: string, source: PriceSource, seconds: number): PriceQuote => ({
  ...{ conId: SPY, price: price(said), source, at: at(seconds) },
})

/** What is shown of SPY: price, source, stale or not. */
const shown = (cache: PriceCache) => {
  const { quote: known, isStale } = cache.shown(SPY) ?? {}
  return known === undefined ? null : [known.price.toFixed(), known.source, isStale]
}

/** A cache in an open session that began at second 10. */
function linked(): PriceCache {
  const cache = new PriceCache()
  cache.takeLink(true)
  cache.beginSession(at(10))
  return cache
}

describe('the last price', () => {
  it('is unknown until there is one', () => {
    expect([shown(linked()), linked().of(SPY)]).toEqual([null, null])
  })

  it('that the ledger remembers is shown with its age, as stale', () => {
    const cache = linked()
    cache.recall([quote('5', 'live', 1)])
    expect([shown(cache), cache.of(SPY)?.at]).toEqual([['5', 'live', true], at(1)])
  })

  it('is fresh as long as its line works, however old it is', () => {
    const cache = linked()
    cache.takeLine(SPY, true)
    cache.take(quote('5', 'delayed', 20))
    cache.take(quote('6', 'broker-mark', 4_000))
    expect(shown(cache)).toEqual(['5', 'delayed', false])
  })

  it('is stale when its line is lost, and the mark takes its place once it is newer', () => {
    const cache = linked()
    cache.takeLine(SPY, true)
    cache.take(quote('4', 'broker-mark', 15))
    cache.take(quote('5', 'live', 20))
    expect(cache.takeLine(SPY, false)).toBe(true)
    expect(shown(cache)).toEqual(['5', 'live', true])
    expect(cache.take(quote('6', 'broker-mark', 30))).toBe(true)
    expect(shown(cache)).toEqual(['6', 'broker-mark', false])
    expect(cache.takeLine(SPY, true)).toBe(true)
    expect(shown(cache)).toEqual(['5', 'live', false])
  })

  it('is a mark of this session, or stale', () => {
    const cache = linked()
    cache.take(quote('4', 'broker-mark', 15))
    cache.beginSession(at(60))
    expect(shown(cache)).toEqual(['4', 'broker-mark', true])
    cache.take(quote('4', 'broker-mark', 70))
    expect(shown(cache)).toEqual(['4', 'broker-mark', false])
  })

  it('is stale while the link is down', () => {
    const cache = linked()
    cache.takeLine(SPY, true)
    cache.take(quote('5', 'live', 20))
    expect(cache.takeLink(false)).toBe(true)
    expect(shown(cache)).toEqual(['5', 'live', true])
    cache.takeLink(true)
    expect(shown(cache)).toEqual(['5', 'live', false])
  })

  it('is saved when it has changed, and now and then when it has not', () => {
    const cache = linked()
    cache.takeLine(SPY, true)
    cache.take(quote('5', 'live', 20))
    expect(cache.takeUnsaved()).toEqual([quote('5', 'live', 20)])
    cache.take(quote('5', 'live', 25))
    expect(cache.takeUnsaved()).toEqual([])
    cache.take(quote('6', 'live', 26))
    cache.take(quote('7', 'live', 27))
    expect(cache.takeUnsaved()).toEqual([quote('7', 'live', 27)])
    cache.take(quote('7', 'live', 87))
    expect(cache.takeUnsaved()).toEqual([quote('7', 'live', 87)])
  })
})

const QQQ = conId(320227571)

/** A desk whose account holds SPY, and a screen that reads its stream. */
async function reading() {
  const made = newDesk()
  const { desk, broker, clock, settle } = made
  await desk.start()
  broker.hold({
    ...{ account: ACCOUNT, conId: SPY, instrument: anInstrument() },
    ...{ quantity: quantity('100'), averageCost: price('10') },
  })
  broker.connect()
  await settle()
  clock.advance(1_000)
  await settle()
  const ending = new AbortController()
  const stream = desk.live.subscribe(undefined, ending.signal)
  const first = await stream.next()
  if (first.done === true) throw new Error('no snapshot')
  const { subscription } = first.value
  const row = async () => {
    const pending = stream.next()
    clock.advance(1_000)
    const { value } = await pending
    return value?.positions?.[0]
  }
  const leave = async (): Promise<void> => {
    ending.abort()
    await stream.next()
    clock.advance(2_000)
  }
  const watch = (conIds: readonly ConId[]): boolean => {
    const isTaken = desk.pricing.watch(subscription, conIds)
    clock.advance(1_000)
    return isTaken
  }
  return { ...made, row, leave, watch }
}

describe('prices of a desk', () => {
  it('are asked for of what a screen shows first, as long as it is there', async () => {
    const { broker, watch, leave, settle } = await reading()
    broker.tell({ kind: 'instrument', instrument: anInstrument({ conId: QQQ }) })
    await settle()
    expect(watch([QQQ, conId(99)])).toBe(true)
    expect([broker.watched(), [...broker.visible()]]).toEqual([
      [QQQ, SPY],
      [QQQ, conId(99)],
    ])
    await leave()
    expect([broker.watched(), broker.visible().size]).toEqual([[SPY], 0])
  })

  it('are asked for of what has an open order before what is only held', async () => {
    const { broker, settle, watch } = await reading()
    broker.tell({
      kind: 'order',
      report: anOrderReport({ conId: QQQ, status: 'Submitted' }),
      instrument: anInstrument({ conId: QQQ, symbol: 'QQQ' }),
    })
    await settle()
    watch([])
    expect(broker.watched()).toEqual([QQQ, SPY])
  })

  it('are not asked for by a screen that is not there', async () => {
    const { desk } = await reading()
    expect(desk.pricing.watch('live-99', [SPY])).toBe(false)
  })

  it('are shown as stale when the line or the link is down, and not before', async () => {
    const { broker, row } = await reading()
    broker.tell({ kind: 'price-line', conId: SPY, isUp: true })
    broker.tell({ kind: 'price', quote: quote('12', 'live', 2) })
    expect(await row()).toMatchObject({ last: '12', lastSource: 'live', lastIsStale: false })
    broker.tell({ kind: 'price-line', conId: SPY, isUp: false })
    expect(await row()).toMatchObject({ last: '12', lastIsStale: true })
    broker.tell({ kind: 'price-line', conId: SPY, isUp: true })
    expect(await row()).toMatchObject({ lastIsStale: false })
    broker.cut()
    expect(await row()).toMatchObject({ last: '12', lastIsStale: true })
  })
})

describe('rates of an account', () => {
  const told = (key: string, currency: string, value: string) => ({
    ...{ account: ACCOUNT, key, currency, value },
  })

  it('are those of the account window, each with its time', () => {
    const values = new AccountValues()
    values.take(told('ExchangeRate', 'EUR', '1.08'), at(1))
    values.take(told('NetLiquidation', 'USD', '1000'), at(2))
    for (const value of ['0', '-1', 'NaN', '']) {
      values.take(told('ExchangeRate', 'EUR', value), at(3))
    }
    values.take(told('ExchangeRate', 'BASE', '1.00'), at(3))
    values.take(told('ExchangeRate', 'USD', '1.00'), at(3))
    const { baseCurrency, rates } = values.fx
    const seen = [...rates].map(([currency, { rate, at: since }]) => [
      currency,
      rate.toFixed(),
      since,
    ])
    expect([baseCurrency, seen]).toEqual(['USD', [['EUR', '1.08', at(1)]]])
  })
})
