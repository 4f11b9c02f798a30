import { createBroker, type BrokerSettings } from '#adapters/ib/broker.ts'
import type { Broker, BrokerEvent } from '#ports/broker.ts'
import type { Log } from '#ports/log.ts'
import type { LinkState } from '#shared/link.ts'
import { systemClock } from '#adapters/system/clock.ts'

export type Lived = {
  readonly broker: Broker
  readonly events: BrokerEvent[]
  readonly lines: string[]
  readonly of: <Kind extends BrokerEvent['kind']>(kind: Kind) => Of<Kind>[]
  readonly until: (claim: () => boolean, what?: string) => Promise<void>
  readonly reach: (state: LinkState) => Promise<void>
}
type Of<Kind extends BrokerEvent['kind']> = Extract<BrokerEvent, { kind: Kind }>

/** A broker with little patience, over real sockets. */
export function live(settings: Partial<BrokerSettings> & { ports: readonly number[] }): Lived {
  const lines: string[] = []
  const write =
    (level: string): Log['info'] =>
    (sentence, fields) =>
      void lines.push(`${level} ${sentence} ${JSON.stringify(fields ?? {})}`)
  const log: Log = { info: write('info'), warn: write('warn'), error: write('error') }
  const broker = createBroker(
    {
      host: '127.0.0.1',
      clientId: 7,
      isSimulated: false,
      handshakeTimeoutMs: 300,
      requestTimeoutMs: 150,
      pollExecutionsMs: 50,
      pollOrdersMs: 10_000,
      snapshotQuietMs: 20,
      backoff: { firstMs: 20, maxMs: 60 },
      ...settings,
    },
    { clock: systemClock(), log, random: () => 0.5 },
  )
  const events: BrokerEvent[] = []
  broker.listen((event) => void events.push(event))
  const until = async (claim: () => boolean, what = 'the claim'): Promise<void> => {
    const giveUp = Date.now() + 8_000
    while (!claim()) {
      if (Date.now() > giveUp) throw new Error(`Waited in vain for ${what}\n${lines.join('\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return {
    broker,
    events,
    lines,
    of: (kind) => events.filter((event) => event.kind === kind) as Of<typeof kind>[],
    until,
    reach: (state) => until(() => broker.link().state === state, `the state ${state}`),
  }
}

/** Starts it, hands it to the test, and stops it whatever happens. */
export async function living(
  settings: Partial<BrokerSettings> & { ports: readonly number[] },
  test: (lived: Lived) => Promise<void>,
): Promise<void> {
  const lived = live(settings)
  lived.broker.start()
  try {
    await test(lived)
  } finally {
    await lived.broker.stop()
  }
}
