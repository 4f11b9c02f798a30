import { monitorEventLoopDelay } from 'node:perf_hooks'
import { UNMEASURED, type DrawdownEvent, type DrawdownRules } from '#domain/drawdown.ts'
import { foldDrawdownInSteps } from '#domain/drawdown-series.ts'
import { gaugesOf } from '#domain/gauge.ts'
import { D } from '#shared/money.ts'
import { utcMillis } from '#shared/time.ts'
import type { Measured } from './results.ts'

const POINTS = 1_000_000
/** As many events as a fold takes before it lets others have their turn. */
const STEP = 2_000
const FIVE_MINUTES = 300_000
const FLOW_EVERY = 5_000

const RULES: DrawdownRules = {
  calendar: { zone: 'America/New_York', resetHour: 17, firstWeekday: 1 },
  openingValue: 'lastBeforeBoundary',
}

/** Nine and a half years of snapshots that wander up and down, with a flow every 17 days. */
function snapshots(): readonly DrawdownEvent[] {
  const start = Date.UTC(2016, 0, 1)
  const events: DrawdownEvent[] = []
  let cents = 100_000_000
  let seed = 42
  for (let index = 0; index < POINTS; index += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    cents += (seed % 20_001) - 9_990
    const at = utcMillis(start + index * FIVE_MINUTES)
    events.push({ kind: 'equity', at, equity: new D(cents).dividedBy(100) })
    if (index % FLOW_EVERY !== FLOW_EVERY - 1) continue
    cents += 1_000_000
    events.push({ kind: 'flow', at, amount: new D(10_000) })
  }
  return events
}

/** A million points folded into total, weekly and daily drawdown, while others get their turn. */
export async function drawdown(): Promise<Measured> {
  const events = snapshots()
  const delay = monitorEventLoopDelay({ resolution: 1 })
  await turn()
  delay.enable()
  const start = performance.now()
  const steps = foldDrawdownInSteps({ start: UNMEASURED, events, rules: RULES }, STEP)
  let step = steps.next()
  for (; step.done !== true; step = steps.next()) await turn()
  const millionMs = performance.now() - start
  delay.disable()
  const [total] = gaugesOf(step.value, 0)
  if (total?.percent === null) throw new Error('Nothing was measured.')
  return {
    'drawdown.millionMs': millionMs,
    'drawdown.loopDelayP99Ms': delay.percentile(99) / 1e6,
    'drawdown.loopDelayMaxMs': delay.max / 1e6,
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
