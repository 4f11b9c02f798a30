import { statSync } from 'node:fs'
import { join } from 'node:path'
import { ACCOUNT, makeLedger } from './made-ledger.ts'
import { openedApp, startApp, startGateway, until } from './processes.ts'
import type { Measured } from './results.ts'

const FILLS = 1_000_000
/** Nearly what is written into the file by itself. */
const FULL_LOG_BYTES = 22 * 1024 * 1024

/**
 * A ledger of a million fills in a thousand positions, with a write-ahead log as full as it gets,
 * killed: from the start of the program's core to the first full snapshot.
 */
export async function open(folder: string): Promise<Measured> {
  await makeLedger(folder, FILLS)
  await fillLog(folder)
  const walMiB = statSync(join(folder, `${ACCOUNT}.duckdb.wal`)).size / 1024 / 1024
  const start = performance.now()
  const app = await startApp(folder, 1)
  const processMs = performance.now() - start
  const state = await app.ask('state', 'state')
  const report = await app.ask('report', 'report')
  await app.kill()
  return {
    'open.fills': state.fills,
    'open.positions': app.ready.positions,
    'open.walMiB': walMiB,
    'open.millionFillsMs': app.ready.snapshotMs,
    'open.processMs': processMs,
    'open.peakRssMiB': report.peakRssMiB,
  }
}

/** Trades on it until the log is nearly full, then kills the program. */
async function fillLog(folder: string): Promise<void> {
  const gateway = await startGateway(`${folder}/record.jsonl`)
  const app = await openedApp(folder, gateway)
  await gateway.post('/flood', { count: 100_000, perSecond: 2_000 })
  let last = 0
  await until(app, ({ walBytes }) => {
    const isFull = walBytes >= FULL_LOG_BYTES || (last > FULL_LOG_BYTES / 2 && walBytes < last)
    last = walBytes
    return isFull && walBytes >= FULL_LOG_BYTES
  })
  await app.kill()
  await gateway.stop()
}
