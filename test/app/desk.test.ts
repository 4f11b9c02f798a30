import { describe, expect, it } from 'vitest'
import { openingState } from '#app/opening.ts'
import type { LedgerFailure } from '#ports/ledger.ts'
import { accountId, execId, permId } from '#shared/ids.ts'
import { money, price, quantity } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import { ACCOUNT, anExecution, anInstrument, anOrderReport, SPY } from '../fakes/builders.ts'
import { DISK_FULL, fakeLedger } from '../fakes/ledger.ts'
import { newDesk } from './new-desk.ts'

const OTHER = accountId('DU7654321')
const LOCKED: LedgerFailure = { kind: 'locked', sentence: 'Close the other Truebook first.' }

const executed = (id: string, over: Parameters<typeof anExecution>[0] = {}) =>
  anExecution({ execId: execId(id), ...over })
const charge = (id: string) => ({
  execId: execId(id),
  commission: money('1'),
  currency: 'USD',
  realizedPnl: null,
})
const heldAt = (size: string) => ({
  account: ACCOUNT,
  conId: SPY,
  instrument: anInstrument(),
  quantity: quantity(size),
  averageCost: price('10'),
})

describe('a desk', () => {
  it('opens the account of the session, its book, and proposes the opening position', async () => {
    const { clock, desk, broker, settle, storeOf } = newDesk()
    broker.hold(heldAt('150'))
    broker.execute(executed('1.01'))
    broker.charge(charge('1.01'))
    await desk.start()
    expect(broker.isStarted()).toBe(true)
    broker.connect()
    await settle()
    const account = desk.find(undefined)!
    expect([account.id, openingState(account.book!.memory)]).toEqual([ACCOUNT, 'proposed'])
    const { fills, positions } = storeOf(ACCOUNT)
    expect([fills.size, [...positions.keys()].sort()]).toEqual([
      1,
      ['UNATTRIBUTED|756733', 'momentum|756733'],
    ])
    clock.advance(1_000)
    expect(broker.watched()).toEqual([SPY])
    await desk.stop()
  })

  it('waits with the opening for a commission that is in the broker’s cost already', async () => {
    const { desk, broker, clock, settle, storeOf } = newDesk()
    broker.hold({ ...heldAt('150'), averageCost: price('10.02') })
    broker.execute(executed('1.01', { shares: quantity('50'), price: price('10') }))
    await desk.start()
    broker.connect()
    await settle()
    const state = () => openingState(desk.find(undefined)!.book!.memory)
    expect(state()).toBe('awaiting')
    broker.charge({ ...charge('1.01'), commission: money('3') })
    clock.advance(2_000)
    await settle()
    expect(state()).toBe('proposed')
    const [opening] = [...storeOf(ACCOUNT).adjustments.values()]
    expect([opening?.quantity, opening?.cost].map(String)).toEqual(['100', '1000'])
    await desk.stop()
  })

  it('loses nothing that is told before the ledger is open', async () => {
    const { desk, broker, settle, storeOf, holdLedgers } = newDesk()
    const release = holdLedgers()
    await desk.start()
    broker.connect()
    broker.execute(executed('1.01'))
    broker.charge(charge('1.01'))
    broker.tell({
      kind: 'order',
      report: anOrderReport({ account: ACCOUNT, status: 'Cancelled' }),
      instrument: null,
    })
    await settle()
    expect([storeOf(ACCOUNT).commits, desk.find(undefined)!.depth > 0]).toEqual([0, true])
    release()
    await settle()
    const { fills, orders } = storeOf(ACCOUNT)
    expect([...fills.values()].map((fill) => fill.charge?.amount)).toEqual([money('1')])
    expect(orders.at(-1)?.status).toBe('Cancelled')
    expect(broker.reconnects).toEqual([])
    await desk.stop()
  })

  it('says why a ledger cannot be opened, tries again, and then catches up', async () => {
    const { desk, broker, clock, settle, refusals, messages, storeOf } = newDesk()
    refusals.push(LOCKED, LOCKED)
    await desk.start()
    broker.execute(executed('1.01'))
    broker.charge(charge('1.01'))
    broker.connect()
    await settle()
    expect(messages()).toEqual([LOCKED.sentence])
    clock.advance(5_000)
    await settle()
    expect([messages(), desk.find(undefined)!.trouble]).toEqual([[LOCKED.sentence], LOCKED])
    clock.advance(5_000)
    await settle()
    expect([desk.find(undefined)!.trouble, broker.reconnects]).toEqual([
      null,
      ['the ledger can be written again'],
    ])
    broker.connect()
    await settle()
    expect(storeOf(ACCOUNT).fills.size).toBe(1)
    expect(openingState(desk.find(undefined)!.book!.memory)).toBe('proposed')
    await desk.stop()
  })

  it('says why a ledger that opens cannot be read, and tries again', async () => {
    const damaged = { kind: 'damaged', sentence: 'The ledger is damaged.' } as const
    let isReadable = false
    const ledger = fakeLedger()
    const { desk, broker, clock, settle, messages } = newDesk({
      openLedger: () =>
        Promise.resolve(
          ok({
            ...ledger,
            load: () =>
              isReadable
                ? ledger.load()
                : Promise.reject(Object.assign(new Error('IO'), { failure: damaged })),
          }),
        ),
    })
    await desk.start()
    broker.connect()
    await settle()
    expect([messages(), ledger.isClosed()]).toEqual([[damaged.sentence], true])
    isReadable = true
    clock.advance(5_000)
    await settle()
    expect(desk.find(undefined)!.book).not.toBeNull()
    await desk.stop()
  })

  it('shows the trouble of a ledger that cannot be written while it lasts', async () => {
    const ledger = fakeLedger()
    const { desk, broker, clock, settle, messages } = newDesk({
      openLedger: () => Promise.resolve(ok(ledger)),
    })
    await desk.start()
    broker.connect()
    await settle()
    ledger.failures.push(DISK_FULL)
    broker.execute(executed('1.01'))
    await settle()
    expect([messages(), desk.find(undefined)!.trouble]).toEqual([[DISK_FULL.sentence], DISK_FULL])
    clock.advance(2_000)
    await settle()
    expect([desk.find(undefined)!.trouble, ledger.store.fills.size]).toEqual([null, 1])
    await desk.stop()
  })

  it('opens the book of the last ledger before there is a link', async () => {
    const { desk } = newDesk({ knownAccounts: [ACCOUNT, OTHER] })
    await desk.start()
    expect(desk.accounts.map(({ id, book }) => [id, book !== null])).toEqual([[ACCOUNT, true]])
    await desk.stop()
  })
})

describe('a desk with several accounts behind its link', () => {
  it('names the account it was to keep when that is not there, and what is', async () => {
    const { desk, broker, settle, messages } = newDesk({ account: ACCOUNT })
    await desk.start()
    broker.connect([OTHER])
    broker.execute(executed('1.01', { account: OTHER }))
    await settle()
    expect(messages()).toEqual([`The account ${ACCOUNT} is not behind this connection.`])
    expect(desk.notices.all[0]?.remedy).toContain(OTHER)
    expect(desk.accounts).toEqual([])
    await desk.stop()
  })

  it('keeps each account to its own, also what names none', async () => {
    const { desk, broker, settle, storeOf } = newDesk()
    await desk.start()
    broker.connect([ACCOUNT, OTHER])
    const status = (order: number) =>
      ({
        kind: 'order',
        report: anOrderReport({ permId: permId(order), status: 'Filled' }),
        instrument: null,
      }) as const
    // Of the second account, the charge and the status come before what they belong to.
    broker.execute(executed('1.01', { permId: permId(1) }))
    broker.charge(charge('1.01'))
    broker.tell(status(1))
    broker.charge(charge('2.01'))
    broker.tell(status(2))
    broker.execute(executed('2.01', { account: OTHER, permId: permId(2) }))
    await settle()
    for (const [account, root, order] of [
      [ACCOUNT, '1', 'p1'],
      [OTHER, '2', 'p2'],
    ] as const) {
      const { fills, orders, commissions } = storeOf(account)
      expect(
        [...fills.values()].map(({ fillId, charge: paid }) => [fillId, paid !== null]),
      ).toEqual([[root, true]])
      expect([...new Set(orders.map(({ key }) => key))]).toEqual([order])
      expect(orders.at(-1)?.status).toBe('Filled')
      expect(commissions.map(({ report }) => report.execId)).toEqual([`${root}.01`])
    }
    await desk.stop()
  })

  it('keeps nothing of the accounts it was not to keep', async () => {
    const { desk, broker, settle, storeOf } = newDesk({ account: ACCOUNT })
    await desk.start()
    broker.connect([ACCOUNT, OTHER])
    broker.execute(executed('2.01', { account: OTHER }))
    broker.charge(charge('2.01'))
    await settle()
    expect(desk.accounts.map(({ id }) => id)).toEqual([ACCOUNT])
    expect([storeOf(ACCOUNT).fills.size, storeOf(ACCOUNT).commissions]).toEqual([0, []])
    await desk.stop()
  })
})

describe('more than a desk can hold', () => {
  it('is asked for again once when the ledger is open, not before', async () => {
    const { desk, broker, settle, storeOf, holdLedgers } = newDesk()
    const release = holdLedgers()
    await desk.start()
    const told = Array.from({ length: 50_010 }, (_, index) => executed(`${index}.01`))
    broker.connect()
    for (const execution of told) broker.execute(execution)
    await settle()
    expect(broker.reconnects).toEqual([])
    release()
    await settle()
    expect(broker.reconnects).toHaveLength(1)
    broker.connect()
    while (desk.find(undefined)!.depth > 0) await settle()
    expect(storeOf(ACCOUNT).fills.size).toBe(told.length)
    expect(broker.reconnects).toHaveLength(1)
    await desk.stop()
  })

  it('cuts the link once, and comes again with the next session', async () => {
    const { desk, broker, settle, storeOf } = newDesk()
    await desk.start()
    broker.connect()
    await settle()
    const instrument = { kind: 'instrument', instrument: anInstrument() } as const
    // Nothing has its turn in between: the queue runs full.
    for (let index = 0; index < 150_100; index += 1) broker.tell(instrument)
    broker.execute(executed('1.01'))
    expect(broker.reconnects).toHaveLength(1)
    while (desk.find(undefined)!.depth > 0) await settle()
    expect(storeOf(ACCOUNT).fills.size).toBe(0)
    broker.connect()
    await settle()
    expect([storeOf(ACCOUNT).fills.size, broker.reconnects.length]).toEqual([1, 1])
    await desk.stop()
  })
})
