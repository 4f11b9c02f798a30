import type { Desk } from '../desk.ts'
import type { Random } from '../market/random.ts'
import type { Faults } from './scenario.ts'

/** What an outage can do to the gateway. */
type Breakable = {
  readonly disconnectOne: (how: 'fin' | 'rst' | 'half') => void
  readonly silence: (seconds: number) => void
  readonly night: (seconds: number) => void
  readonly restart: (seconds: number) => void
  readonly news: (code: number, sentence: string) => void
}

export type OutageParts = {
  readonly desk: Desk
  readonly random: Random
  readonly faults: () => Faults
  readonly gateway: Breakable
}

/** How often a scenario that has no such fault is asked whether it has one now. */
const IDLE_MS = 5000

const LOST = 'Connectivity between IB and Trader Workstation has been lost.'
const RESTORED = 'Connectivity between IB and Trader Workstation has been restored - data'

/** Breaks things at random for as long as the scenario wants it. */
export function startOutages({ desk, random, faults, gateway }: OutageParts): void {
  const { timeline } = desk
  const every = (meanMs: () => number, happen: () => void): void => {
    const mean = meanMs()
    timeline.after(mean > 0 ? random.wait(mean) : IDLE_MS, () => {
      if (mean > 0 && meanMs() > 0) happen()
      every(meanMs, happen)
    })
  }
  const loseBroker = (): void => {
    gateway.news(1100, LOST)
    const isDataLost = random.chance(0.5)
    timeline.after(1500 + random.below(4000), () => {
      if (isDataLost) gateway.news(1101, `${RESTORED} lost.`)
      else gateway.news(1102, `${RESTORED} maintained.`)
    })
  }
  const loseFarm = (): void => {
    gateway.news(2103, 'Market data farm connection is broken:usfarm')
    timeline.after(1000 + random.below(3000), () =>
      gateway.news(2104, 'Market data farm connection is OK:usfarm'),
    )
  }
  const closing = (): 'fin' | 'rst' | 'half' => {
    if (faults().isPiecemeal) return 'half'
    return random.chance(0.5) ? 'fin' : 'rst'
  }
  every(
    () => faults().dropEveryMs,
    () => gateway.disconnectOne(closing()),
  )
  every(
    () => faults().outageEveryMs,
    () => (random.chance(0.5) ? loseBroker() : loseFarm()),
  )
  every(
    () => faults().restartEveryMs,
    () => gateway.restart(2 + random.below(4)),
  )
  every(
    () => faults().silentEveryMs,
    () => gateway.silence(8 + random.below(12)),
  )
  every(
    () => faults().nightEveryMs,
    () => gateway.night(5 + random.below(10)),
  )
}
