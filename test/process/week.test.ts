import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WEEK_PLAN } from '#gateway/scenario/week.ts'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { differencesOfHoldings } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { endAllPrograms } from '../harness/program.ts'
import { inWords, look, settleAll, type Seen } from '../harness/test-user.ts'
import { startWorkstation, type Workstation } from '../harness/workstation.ts'

const SEED = process.env['TRUEBOOK_SEED'] ?? '7'
const DAY = 86_400
const DAYS = 5
const ALL_MS = 300_000
/** A correction is told up to 8 s after its execution, its commission up to 9 s after that. */
const LATEST = 20
/** How long nobody listens after a power cut, in the midst of trading. */
const AWAY = 600
/** After every so many stops the program dies. */
const DIES_EACH = 5

const AGREED = { outcome: 'agrees', notJudged: 0, worth: { unexplained: '0', excluded: 0 } }

const folder = makeFolder()
const dataDir = folder.dataDir('week')
let gateway: GatewayProgram
let workstation: Workstation

/** Midnight in New York before the next Monday: the broker's clock is ahead of ours. */
function nextMonday(): string {
  const tomorrow = new Date(Date.now() + DAY * 1000)
  const days = (8 - tomorrow.getUTCDay()) % 7
  const monday = new Date(tomorrow.getTime() + days * DAY * 1000)
  return `${monday.toISOString().slice(0, 10)}T05:00:00Z`
}

/** Seconds of the simulated week at which something without an execution has just happened. */
const STOPS = WEEK_PLAN.map(({ day, time }) => {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(':').map(Number)
  return day * DAY + hours * 3600 + minutes * 60 + seconds + 60
})
const MIDNIGHTS = Array.from({ length: DAYS }, (_, day) => (day + 1) * DAY + 60)

async function start(): Promise<void> {
  workstation = await startWorkstation([
    ...['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir],
    ...['--reconcile-seconds', '0'],
  ])
  await workstation.linked()
}

beforeAll(async () => {
  buildIfNeeded()
  gateway = await startGatewayProgram(folder.path('record.jsonl'), [
    ...['--scenario', 'week', '--seed', SEED, '--speed', '0', '--start', nextMonday()],
    ...['--replay-days', '7', '--master-client-id', '7'],
  ])
  await start()
  await workstation.opened()
  // The cash is opened where nothing trades.
  expect((await look(workstation.client)).run).toMatchObject(AGREED)
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

let now = 0
async function advanceTo(seconds: number): Promise<void> {
  if (seconds > now) await gateway.tell('/advance', { seconds: seconds - now })
  now = Math.max(now, seconds)
}

/** Nothing trades, and what is told late has arrived. */
async function atRest<Value>(then: () => Promise<Value>): Promise<Value> {
  await gateway.tell('/pause')
  await advanceTo(now + LATEST)
  const value = await then()
  await gateway.tell('/resume')
  return value
}

async function dieAndReturn(): Promise<void> {
  await workstation.kill()
  await advanceTo(now + AWAY)
  await start()
}

/** What the day was worth at its end by the record, what is due included. */
async function worthAtMidnight(): Promise<number> {
  const { valuations } = await gateway.record()
  const last = valuations.findLast(({ occasion }) => occasion === 'day end')
  return Number(last!.accounts[0]!.netLiquidation)
}

describe('a week of trading', () => {
  it(
    'ends every day with nothing unexplained, whatever happened and however often we died',
    async () => {
      const unexplained: string[] = []
      const settleSeen = async (): Promise<Seen> => {
        const seen = await look(workstation.client)
        if (seen.run.worth!.unexplained !== '0') unexplained.push(seen.run.id)
        return settleAll(workstation.client, (await gateway.record()).cash, seen)
      }
      const moments = [...STOPS, ...MIDNIGHTS].toSorted((a, b) => a - b)
      for (const [index, moment] of moments.entries()) {
        await advanceTo(moment)
        const isMidnight = MIDNIGHTS.includes(moment)
        const after = await (isMidnight ? settleSeen() : atRest(settleSeen))
        expect(after.open.map(inWords), `day ${moment / DAY}`).toEqual([])
        expect(after.run, `day ${moment / DAY}`).toMatchObject(AGREED)
        if (isMidnight) {
          const { ledgerNav, accrued } = after.run.worth!
          expect(Number(ledgerNav) + Number(accrued)).toBeCloseTo(await worthAtMidnight(), 2)
        } else if (index % DIES_EACH === DIES_EACH - 2) await dieAndReturn()
      }
      // Most of what the plan has happen moves cash that no execution tells.
      expect(unexplained.length).toBeGreaterThan(DAYS)
    },
    ALL_MS,
  )

  it('has every fill once, and holds what the broker holds', async () => {
    const book = expectedBook(await gateway.record())
    expect(await differencesOfHoldings(workstation.client, book)).toEqual([])
    expect((await workstation.client.book.state({})).fills).toBe(book.fills.size)
    expect(await workstation.client.book.refold({})).toMatchObject({ differed: 0 })
  })
})
