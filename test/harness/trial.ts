import { expect } from 'vitest'
import { differencesOfHoldings } from './compare.ts'
import { expectedBook } from './expected-book.ts'
import type { Folder } from './folder.ts'
import { startGatewayProgram, type GatewayProgram } from './gateway.ts'
import { sleep } from './program.ts'
import { inWords, look, settleAll, type Seen } from './test-user.ts'
import { startWorkstation, type Workstation } from './workstation.ts'

/** A gateway and a workstation at it, whose book is judged by the gateway's own record. */
export type Trial = { readonly gateway: GatewayProgram; readonly workstation: Workstation }

/** Time stands still unless it is advanced: what happens is the same on any machine. */
const STANDING = ['--speed', '0', '--seed', '1', '--master-client-id', '7']

/** Later than our clock: the broker's executions are all of the time after the opening. */
const tomorrowAt15 = (): string =>
  `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T15:00:00Z`

/** A run that compared everything and found nothing apart. */
const AGREED = { outcome: 'agrees', notJudged: 0, worth: { unexplained: '0', excluded: 0 } }

/** Starts both; the book is opened before anything is traded, so that no cost is derived. */
export async function startTrial(
  folder: Folder,
  name: string,
  flags: readonly string[] = [],
): Promise<Trial> {
  const gateway = await startGatewayProgram(folder.path(`${name}.jsonl`), [
    ...[...STANDING, '--start', tomorrowAt15()],
    ...flags,
  ])
  const workstation = await startAt(gateway, folder.dataDir(name))
  await workstation.opened()
  expect((await look(workstation.client)).run).toMatchObject(AGREED)
  return { gateway, workstation }
}

/** Starts a workstation at a gateway, on the book its directory has. */
export async function startAt({ port }: GatewayProgram, dataDir: string): Promise<Workstation> {
  const workstation = await startWorkstation([
    ...['--port', String(port), '--client-id', '7', '--data-dir', dataDir],
    ...['--reconcile-seconds', '0'],
  ])
  await workstation.linked()
  return workstation
}

/** Lets a scenario go on for a while; then all is calm. */
export async function live(
  { tell }: GatewayProgram,
  scenario: string,
  seconds: number,
): Promise<void> {
  await tell('/scenario', { name: scenario })
  await tell('/advance', { seconds })
  await tell('/scenario', { name: 'calm' })
}

const BEAT_MS = 100

/**
 * Lets the gateway's time go on, so many times as fast as ours, until something is done: what
 * waits in our time, as a new attempt to connect does, meets a market that goes on.
 */
export async function whileTimePasses<Value>(
  { tell }: GatewayProgram,
  speed: number,
  task: () => Promise<Value>,
): Promise<Value> {
  const progress = { isDone: false }
  const done = task().finally(() => {
    progress.isDone = true
  })
  // What fails meanwhile is told by what is awaited last.
  done.catch(() => undefined)
  let last = performance.now()
  while (!progress.isDone) {
    await sleep(BEAT_MS)
    const now = performance.now()
    await tell('/advance', { seconds: ((now - last) / 1000) * speed })
    last = now
  }
  return await done
}

type Valuation = { readonly accounts: readonly { readonly netLiquidation: string }[] }

/** The book is the gateway's own: what is held, and to the cent what it is worth. */
export async function equalsTheRecord(
  { gateway, workstation }: Trial,
  { run, open }: Seen,
): Promise<void> {
  expect(open.map(inWords)).toEqual([])
  expect(run).toMatchObject(AGREED)
  const valuation = (await gateway.tell('/value')) as unknown as Valuation
  const day = await gateway.record()
  expect(await differencesOfHoldings(workstation.client, expectedBook(day))).toEqual([])
  const [account] = valuation.accounts
  const { ledgerNav, accrued } = run.worth!
  expect(Number(ledgerNav) + Number(accrued)).toBeCloseTo(Number(account!.netLiquidation), 2)
}

/** Settles as proposed, by the statement where nothing is, and compares. */
export async function settled(trial: Trial, seen: Seen): Promise<void> {
  const { cash } = await trial.gateway.record()
  await equalsTheRecord(trial, await settleAll(trial.workstation.client, cash, seen))
}
