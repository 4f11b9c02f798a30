import type { IBApi } from '@stoqey/ib'
import { expect } from 'vitest'
import { bookOfRecord, type Held, type RecordBook } from './record-book.ts'
import {
  ACCOUNT,
  aGateway,
  linesOf,
  realClient,
  type Json,
  type RealClient,
  type TestGateway,
} from './support.ts'

export const OTHER = 'DEMO2000002'
export const CALL = 801200101
export const ES = 802100101
export const VODAFONE = 135542747

export type World = {
  readonly gateway: TestGateway
  readonly client: RealClient
  readonly ib: IBApi
  readonly lines: readonly Json[]
  readonly book: RecordBook
  readonly valuation: Json
}

/** Two accounts after half a minute of trading; the market stands still. */
export async function aWorld(scenario: string): Promise<World> {
  const gateway = await aGateway({
    scenario,
    seed: 'conformance',
    accounts: [
      { id: ACCOUNT, modelCode: 'CORE' },
      { id: OTHER, modelCode: '' },
    ],
    groups: [{ name: 'BOTH', accounts: [ACCOUNT, OTHER] }],
  })
  gateway.time.advance(30_000)
  gateway.pause()
  const valuation = gateway.value()
  const client = await realClient(gateway.port, 0)
  const lines = linesOf(await gateway.record())
  return { gateway, client, ib: client.ib, lines, book: bookOfRecord(lines), valuation }
}

export const numberOf = (line: Json | undefined, name: string): number => Number(line?.[name])
export const of = ({ lines }: World, type: string): readonly Json[] =>
  lines.filter((line) => line['type'] === type)
export const instrumentLine = (world: World, conId: unknown): Json =>
  of(world, 'instrument').find((line) => line['conId'] === conId)!
export const heldIn = ({ book }: World, account: string): readonly Held[] =>
  [...book.held.values()].filter((one) => one.account === account && !one.quantity.isZero())
export const rowsOf = (rows: readonly (readonly unknown[])[]): unknown[][] =>
  rows.map((row) => [...row]).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
export const near = (value: number, places = 7): unknown => expect.closeTo(value, places)

/** Both layouts of the wire: the newest, and the oldest this gateway speaks. */
export const LAYOUTS = [
  ['busy', 193],
  ['version-old', 178],
] as const
