import { existsSync, mkdirSync, statSync, truncateSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildIfNeeded } from '../../scripts/build-if-needed.ts'
import { chanceOf } from '../harness/chance.ts'
import { differencesInFile, differencesOnScreen, type OpeningCost } from '../harness/compare.ts'
import { expectedBook } from '../harness/expected-book.ts'
import { makeFolder } from '../harness/folder.ts'
import { startGatewayProgram, type GatewayProgram } from '../harness/gateway.ts'
import { copyLedger, ledgerPath } from '../harness/ledger-file.ts'
import { endAllPrograms, eventually, sleep } from '../harness/program.ts'
import { connect, launch, readyUrl, startWorkstation } from '../harness/workstation.ts'

const KILLS = Number(process.env['TRUEBOOK_KILLS'] ?? 10)
const SEED = Number(process.env['TRUEBOOK_SEED'] ?? 20_261_121)
/** Each restart replays the whole day: many kills take a calmer flood. */
const FILLS_A_SECOND = Math.max(50, Math.min(250, Math.round(2500 / KILLS)))
const DURATION_MS = 120_000 + KILLS * 15_000

const folder = makeFolder()
const chance = chanceOf(SEED)
const copies: string[] = []
let gateway: GatewayProgram
let openingCost: OpeningCost = 'exact'

const flags = (dataDir: string): readonly string[] => [
  ...['--port', String(gateway.port), '--client-id', '7', '--data-dir', dataDir],
]

beforeAll(async () => {
  buildIfNeeded()
  const asMaster = ['--master-client-id', '7', '--seed', String(SEED)]
  gateway = await startGatewayProgram(folder.path('record.jsonl'), asMaster)
  await gateway.tell('/pause')
})
afterAll(async () => {
  await endAllPrograms()
  folder.remove()
})

const expected = async () => expectedBook(await gateway.record())

/** Keeps the ledger as a crash at this moment would leave it. */
function keepCopy(from: string): void {
  if (!existsSync(from)) return
  const dataDir = folder.dataDir(`copy-${copies.length + 1}`)
  const to = ledgerPath(dataDir)
  mkdirSync(dirname(to), { recursive: true })
  if (copyLedger(from, to)) copies.push(dataDir)
}

/**
 * Starts the workstation on a ledger, waits until its book is the record's, and stops it. @throws
 * the differences that stay.
 */
async function catchUp(dataDir: string, opening: OpeningCost): Promise<void> {
  const workstation = await startWorkstation(flags(dataDir))
  try {
    await workstation.linked()
    let last: readonly string[] = []
    await eventually('the book equals the record', async () => {
      last = await differencesOnScreen(workstation.client, await expected(), opening)
      return last.length === 0
    }).catch((error: unknown) => {
      expect(last, String(error)).toEqual([])
    })
    expect(await workstation.client.book.refold({})).toMatchObject({ differed: 0 })
    expect((await workstation.client.book.state({})).orphanCommissions).toBe(0)
  } finally {
    await workstation.stop()
  }
}

describe('a book whose process is killed again and again', () => {
  const dataDir = folder.dataDir('book')

  it('is opened on what the broker holds', async () => {
    const workstation = await startWorkstation(flags(dataDir))
    await workstation.opened()
    if ((await gateway.record()).executions.length > 0) openingCost = 'derived'
    await gateway.tell('/scenario', { name: 'corrections' })
    await gateway.tell('/resume')
    await gateway.tell('/flood', { count: 1_000_000, perSecond: FILLS_A_SECOND })
    await sleep(chance.between(300, 1500))
    await workstation.kill()
  })

  it(
    `has every fill once after ${KILLS} kills in the middle of a flood`,
    async () => {
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const program = launch(flags(dataDir))
        // Every third dies wherever it may be: starting, opening the ledger, catching up.
        if (kill % 3 === 0) await sleep(chance.between(100, 2000))
        else {
          const workstation = await connect(await readyUrl(program), program)
          await workstation.linked()
          await sleep(chance.between(0, 1200))
        }
        if (kill % 2 === 0 && copies.length < 2) keepCopy(ledgerPath(dataDir))
        await program.kill()
        if (kill % 2 === 1 && copies.length < 5) keepCopy(ledgerPath(dataDir))
      }
      await gateway.hush()
      await catchUp(dataDir, openingCost)
      const book = await expected()
      expect(book.fills.size).toBeGreaterThan(KILLS * FILLS_A_SECOND)
      expect(await differencesInFile(ledgerPath(dataDir), book, openingCost)).toEqual([])
    },
    DURATION_MS,
  )

  it('is whole again from a write-ahead log that was cut anywhere', async () => {
    expect(copies.length).toBeGreaterThan(2)
    for (const copy of copies) {
      const path = ledgerPath(copy)
      const size = statSync(`${path}.wal`, { throwIfNoEntry: false })?.size ?? 0
      const cutAt = chance.between(0, size)
      if (size > 0) truncateSync(`${path}.wal`, cutAt)
      await catchUp(copy, 'derived')
      const wrong = await differencesInFile(path, await expected(), 'derived')
      expect(wrong, `cut at ${cutAt} of ${size}`).toEqual([])
    }
  })
})

describe('a book that is opened while everything trades', () => {
  it('has every instrument from a moment it stood still, however often it is killed', async () => {
    const asMaster = ['--master-client-id', '7', '--seed', String(SEED), '--scenario', 'busy']
    gateway = await startGatewayProgram(folder.path('busy.jsonl'), asMaster)
    const dataDir = folder.dataDir('busy')
    for (let kill = 1; kill <= 3; kill += 1) {
      const program = launch(flags(dataDir))
      await sleep(chance.between(500, 3000))
      await program.kill()
    }
    const workstation = await startWorkstation(flags(dataDir))
    await workstation.opened()
    await workstation.kill()
    await gateway.hush()
    await catchUp(dataDir, 'derived')
    const wrong = await differencesInFile(ledgerPath(dataDir), await expected(), 'derived')
    expect(wrong).toEqual([])
  })
})
