import { connect } from 'node:net'
import { EventName, SecType, type Contract, type Execution } from '@stoqey/ib'
import { afterEach, describe, expect, it } from 'vitest'
import { INSTRUMENTS } from '#gateway/market/catalogue.ts'
import { SCENARIOS } from '#gateway/scenario/scenarios.ts'
import {
  AAPL,
  ACCOUNT,
  aGateway,
  aRunningGateway,
  endAll,
  openRaw,
  realClient,
  settle,
} from './support.ts'

afterEach(endAll)

/** Scenarios that close sockets, or need time to answer, are met by a client of another kind. */
const steady = SCENARIOS.filter(({ faults }) => {
  const { dropEveryMs, restartEveryMs, silentEveryMs, nightEveryMs, latencyMs } = faults
  return dropEveryMs + restartEveryMs + silentEveryMs + nightEveryMs + latencyMs === 0
})

describe('a plain @stoqey/ib client decodes everything', () => {
  it.each(steady.map(({ name }) => [name, name === 'flood' ? 'flood:2000' : name]))(
    'of %s',
    async (_, scenario) => {
      const gateway = await aGateway({ scenario, masterClientId: 7 })
      const { ib, until, of, undecoded } = await realClient(gateway.port, 7)
      ib.reqPositions()
      ib.reqAccountUpdates(true, ACCOUNT)
      ib.reqAccountSummary(10_001, 'All', 'NetLiquidation,$LEDGER:ALL')
      ib.reqMktData(10_002, { conId: AAPL }, '', false, false)
      for (const [index, { conId }] of INSTRUMENTS.entries())
        if (index % 6 === 0) ib.reqContractDetails(11_000 + index, { conId })
      for (let round = 0; round < 6; round += 1) {
        gateway.time.advance(4000)
        await settle(10)
      }
      ib.reqExecutions(10_003, {})
      ib.reqAllOpenOrders()
      ib.reqCompletedOrders(false)
      await until(EventName.execDetailsEnd)
      await until(EventName.completedOrdersEnd)
      expect(undecoded()).toEqual([])
      expect(of(EventName.execDetails).length).toBeGreaterThan(5)
      expect(of(EventName.commissionReport).length).toBeGreaterThan(5)
      expect(of(EventName.contractDetails)).toHaveLength(Math.ceil(INSTRUMENTS.length / 6))
      expect(gateway.logged).toEqual([])
    },
  )

  it('across dropped sockets and restarts, on the same port', async () => {
    const gateway = await aGateway({ scenario: 'busy', masterClientId: 7 })
    const first = await realClient(gateway.port, 7)
    gateway.restart(2)
    await first.until(EventName.disconnected)
    await expect(knock(gateway.port)).resolves.toBe('refused')
    gateway.time.advance(2000)
    await settle()
    const second = await realClient(gateway.port, 7)
    second.ib.reqExecutions(10_001, {})
    await second.until(EventName.execDetailsEnd)
    expect(second.of(EventName.execDetails).length).toBeGreaterThanOrEqual(
      gateway.state()['executions'] as number,
    )
    expect(second.undecoded()).toEqual([])
  })

  it('in real time, and hears of the outages', async () => {
    const gateway = await aRunningGateway(60, { scenario: 'disconnects', masterClientId: 7 })
    const client = await realClient(gateway.port, 7)
    await client.until(EventName.disconnected)
    expect(client.undecoded()).toEqual([])
  })
})

/** Whether anybody listens. */
function knock(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve('accepted')
    })
    socket.once('error', () => resolve('refused'))
  })
}

describe('the scenarios do what they say', () => {
  const executionsOf = async (scenario: string, ms: number) => {
    const gateway = await aGateway({ scenario, masterClientId: 7 })
    const client = await realClient(gateway.port, 7)
    for (let done = 0; done < ms; done += 2000) {
      gateway.time.advance(2000)
      await settle(5)
    }
    const executions = client.of(EventName.execDetails).map(([, contract, execution]) => ({
      ...(execution as Execution),
      contract: contract as Contract,
    }))
    return { gateway, client, executions }
  }

  it('calm fills about once every one or two seconds', async () => {
    const { executions } = await executionsOf('calm', 120_000)
    expect(executions.length).toBeGreaterThan(50)
    expect(executions.length).toBeLessThan(140)
  })

  it('busy fills about twenty times a second', async () => {
    const { executions } = await executionsOf('busy', 20_000)
    expect(executions.length).toBeGreaterThan(300)
    expect(executions.length).toBeLessThan(600)
    expect(executions.some(({ contract }) => contract.secType === SecType.BAG)).toBe(true)
  })

  it('corrections come seconds later under the next revision, some announced', async () => {
    const { executions } = await executionsOf('corrections', 40_000)
    const corrected = executions.filter(({ execId }) => execId?.endsWith('.02'))
    expect(corrected.length).toBeGreaterThan(10)
    expect(executions.some(({ pendingPriceRevision }) => pendingPriceRevision)).toBe(true)
    for (const { execId } of corrected)
      expect(executions.some((one) => one.execId === `${execId!.slice(0, -2)}01`)).toBe(true)
  })

  it('duplicates come two or three times, unchanged', async () => {
    const { executions } = await executionsOf('duplicates', 20_000)
    const times = new Map<string, number>()
    for (const { execId = '' } of executions) times.set(execId, (times.get(execId) ?? 0) + 1)
    expect(new Set(times.values())).toEqual(new Set([1, 2, 3]))
  })

  it('late commissions come late, early, or as -1 first, and always end known', async () => {
    const { client, gateway } = await executionsOf('late-commissions', 30_000)
    gateway.pause()
    gateway.time.advance(30_000)
    await settle(100)
    const seen = client.events.filter(({ name }) => /execDetails|commissionReport/.test(name))
    const idOf = ({ name, args }: (typeof seen)[number]): string =>
      (args[name === 'execDetails' ? 2 : 0] as { execId: string }).execId
    const firstSeen = new Map<string, string>()
    for (const event of seen)
      if (!firstSeen.has(idOf(event))) firstSeen.set(idOf(event), event.name)
    expect(
      [...firstSeen.values()].filter((name) => name === 'commissionReport').length,
    ).toBeGreaterThan(5)
    const reports = client.of(EventName.commissionReport) as [
      { execId: string; commission: number },
    ][]
    expect(reports.some(([{ commission }]) => commission === -1)).toBe(true)
    const last = new Map(reports.map(([{ execId, commission }]) => [execId, commission]))
    expect([...last.values()].every((commission) => commission >= 0)).toBe(true)
  })

  it('out-of-order executions arrive in another order than they happened', async () => {
    const { executions } = await executionsOf('out-of-order', 20_000)
    const ids = executions.map(({ execId }) => execId)
    expect(ids).not.toEqual([...ids].sort())
  })

  it('manual trades have no reference and are half of all', async () => {
    const { executions } = await executionsOf('manual-trades', 30_000)
    const manual = executions.filter(({ orderId }) => orderId === 2_147_483_647)
    expect(manual.every(({ orderRef, clientId }) => orderRef === '' && clientId === 0)).toBe(true)
    expect(manual.length / executions.length).toBeGreaterThan(0.3)
    expect(manual.length / executions.length).toBeLessThan(0.7)
  })

  it('disconnects close one socket after the other while the market goes on', async () => {
    const gateway = await aGateway({ scenario: 'disconnects' })
    const client = await openRaw(gateway.port, 7)
    gateway.time.advance(120_000)
    await client.closed
    expect(gateway.state()['executions']).toBeGreaterThan(200)
  })
})
