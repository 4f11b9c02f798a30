import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureAsOf } from './as-of.ts'
import { drawdown } from './drawdown.ts'
import { measureGateway } from './gateway.ts'
import { ingest } from './ingest.ts'
import { latency } from './latency.ts'
import { open } from './open.ts'
import { measurePerformance } from './performance.ts'
import { measureReconcile } from './reconcile.ts'
import { measureRefold } from './refold.ts'
import { screen } from './screen.ts'
import { tableOf, type Measured } from './results.ts'

/** Measures what docs promise: prints a table and puts the figures into bench/results.json. */

const RESULTS = join(import.meta.dirname, 'results.json')
const BENCHES: Readonly<Record<string, (folder: string) => Promise<Measured>>> = {
  ingest,
  latency,
  open,
  screen,
  drawdown,
  performance: measurePerformance,
  reconcile: measureReconcile,
  asOf: measureAsOf,
  refold: measureRefold,
  gateway: async () => {
    const { ticksPerSecond, executionsPerSecond } = await measureGateway()
    return {
      'gateway.ticksPerSecond': ticksPerSecond,
      'gateway.executionsPerSecond': executionsPerSecond,
    }
  },
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const names = values.only === undefined ? Object.keys(BENCHES) : [values.only]
const unknown = names.find((name) => !(name in BENCHES))
if (unknown !== undefined) {
  process.stderr.write(`There is no bench ${unknown}: ${Object.keys(BENCHES).join(', ')}.\n`)
  process.exit(2)
}

const before = existsSync(RESULTS)
  ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as Record<string, unknown>)
  : {}
const measured: Record<string, number> = {}
for (const name of names) {
  const folder = mkdtempSync(join(tmpdir(), `truebook-bench-${name}-`))
  process.stdout.write(`${name}…\n`)
  Object.assign(measured, await BENCHES[name]?.(folder))
  rmSync(folder, { recursive: true, force: true })
}
process.stdout.write(`\n${tableOf(measured)}\n`)
const machine = { node: process.version, cores: cpus().length, cpu: cpus()[0]?.model ?? '' }
const rounded = Object.fromEntries(
  Object.entries(measured).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
)
writeFileSync(RESULTS, `${JSON.stringify({ ...before, ...rounded, machine }, null, 2)}\n`)
process.exit(0)
