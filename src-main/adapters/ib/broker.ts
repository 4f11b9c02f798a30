import type { Broker, BrokerEvent } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { Log } from '#ports/log.ts'
import { createAdapter } from './adapter.ts'
import { withDefaults, type BrokerSettings } from './settings.ts'

export type { BrokerSettings } from './settings.ts'
export { USUAL_PORTS } from './settings.ts'
export { isFromTheBrokerLibrary } from './api.ts'

/** Time and chance are given, so that tests can turn both by hand. */
export type BrokerDependencies = {
  readonly clock: Clock
  readonly log: Log
  /** Between 0 and 1. */
  readonly random: () => number
}

/** Interactive Brokers behind the Broker port. Nothing happens before `start`. */
export function createBroker(settings: BrokerSettings, dependencies: BrokerDependencies): Broker {
  const listeners = new Set<(event: BrokerEvent) => void>()
  const emit = (event: BrokerEvent): void => {
    for (const listener of listeners) {
      try {
        listener(event)
      } catch (error) {
        dependencies.log.error('A listener of broker events failed', {
          kind: event.kind,
          error: String(error),
        })
      }
    }
  }
  const adapter = createAdapter({ settings: withDefaults(settings), ...dependencies, emit })
  return {
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    ...adapter,
  }
}
