/** Figures of one bench, by the name they have in results.json. */
export type Measured = Readonly<Record<string, number>>

/** What each figure must be: at most, or at least. */
export const TARGETS: Readonly<Record<string, readonly ['<=' | '>=', number]>> = {
  'ingest.fillsPerSecond': ['>=', 5_000],
  'ingest.ratioToRawDuckdb': ['>=', 0.5],
  'ingest.peakRssMiB': ['<=', 400],
  'ingest.loopDelayP99Ms': ['<=', 50],
  'latency.commitP99Ms': ['<=', 30],
  'latency.viewP99Ms': ['<=', 150],
  'open.millionFillsMs': ['<=', 2_000],
  'screen.firstPositionsMs': ['<=', 2_500],
  'drawdown.millionMs': ['<=', 3_000],
  'drawdown.loopDelayP99Ms': ['<=', 50],
  'asOf.millionMs': ['<=', 30_000],
  'asOf.loopDelayP99Ms': ['<=', 50],
  'refold.millionMs': ['<=', 15_000],
  'refold.loopDelayP99Ms': ['<=', 50],
  'performance.allMs': ['<=', 50],
  'performance.dayMs': ['<=', 15],
  'reconcile.ms5000': ['<=', 50],
  'reconcile.ms100000': ['<=', 1_200],
  'reconcile.loopDelayP99Ms': ['<=', 50],
  'gateway.ticksPerSecond': ['>=', 100_000],
  'gateway.executionsPerSecond': ['>=', 50_000],
}

/** The value below which `percent` of the values lie. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? NaN
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000

/** One line a figure: name, value, target, verdict. */
export function tableOf(measured: Measured): string {
  const lines = Object.entries(measured).map(([name, value]) => {
    const target = (TARGETS[name] ?? []).join(' ')
    const columns = [name.padEnd(34), String(rounded(value)).padStart(12), target.padEnd(9)]
    return `${columns.join('  ')}  ${verdict(name, value)}`.trimEnd()
  })
  return lines.join('\n')
}

function verdict(name: string, value: number): string {
  const target = TARGETS[name]
  if (target === undefined) return ''
  const [sign, limit] = target
  return (sign === '<=' ? value <= limit : value >= limit) ? 'met' : 'MISSED'
}
