import { rawSeconds } from './raw.ts'
import { openedApp, startGateway, until } from './processes.ts'
import type { Measured } from './results.ts'

const FILLS = 100_000

/**
 * A hundred thousand executions with commissions, as fast as they come: the gateway in its own
 * process, the socket, the real client, the processor, the ledger. Then bare code writes the same
 * rows into the same tables in the same batches.
 */
export async function ingest(folder: string): Promise<Measured> {
  const gateway = await startGateway(`${folder}/record.jsonl`)
  const app = await openedApp(folder, gateway)
  const before = await app.ask('state', 'state')
  await app.ask('probe', 'probing')
  const start = performance.now()
  await gateway.post('/flood', { count: FILLS })
  await until(app, ({ fills, pending, depth }) => {
    return fills >= before.fills + FILLS && pending === 0 && depth === 0
  })
  const seconds = (performance.now() - start) / 1000
  const report = await app.ask('report', 'report')
  await app.stop()
  await gateway.stop()
  const bare = await rawSeconds(folder, report.sizes)
  const fillsPerSecond = FILLS / seconds
  return {
    'ingest.fillsPerSecond': fillsPerSecond,
    'ingest.rawDuckdbFillsPerSecond': bare.fills / bare.seconds,
    'ingest.ratioToRawDuckdb': fillsPerSecond / (bare.fills / bare.seconds),
    'ingest.peakRssMiB': report.peakRssMiB,
    'ingest.loopDelayP99Ms': report.loopDelayP99Ms,
    'ingest.loopDelayMaxMs': report.loopDelayMaxMs,
  }
}
