import type { BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import type { ReadOnlyApi } from './api.ts'
import type { Instruments } from './instruments.ts'
import type { Requests } from './requests.ts'
import type { Settings } from './settings.ts'

/** What every desk of the adapter works with. */
export type Context = {
  readonly settings: Settings
  readonly clock: Clock
  readonly log: Log
  readonly requests: Requests
  readonly instruments: Instruments
  /** The requests of the open session; null while none is open. */
  readonly api: () => ReadOnlyApi | null
  readonly emit: (event: BrokerEvent) => void
}
