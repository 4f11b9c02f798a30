import type { Scenario } from './scenario.ts'
import { SCENARIOS } from './scenarios.ts'

/** What the number behind a scenario's name changes of it. */
const SIZED: Readonly<Record<string, (size: number, rate: number) => Partial<Scenario>>> = {
  flood: (count, perSecond) => ({ flood: { count, perSecond } }),
  'many-positions': (morePositions) => ({ morePositions }),
}
const MOST_POSITIONS = 20_000

/** The scenario of a name such as `calm` or `flood:5000@200`; null when there is none. */
export function scenarioOf(name: string): Scenario | null {
  const plain = SCENARIOS.find((scenario) => scenario.name === name)
  if (plain !== undefined) return plain
  const match = /^([a-z-]+):(\d{1,8})(?:@(\d{1,7}))?$/.exec(name)
  const [, base = '', size, rate] = match ?? []
  const scenario = SCENARIOS.find((one) => one.name === base)
  const change = SIZED[base]?.(Number(size), Number(rate ?? 0))
  if (scenario === undefined || change === undefined) return null
  if ((change.morePositions ?? 0) > MOST_POSITIONS) return null
  return { ...scenario, name, ...change }
}
