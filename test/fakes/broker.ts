import { splitExecId, type CommissionReport, type Execution } from '#domain/execution.ts'
import type { Broker, BrokerChoice, BrokerEvent } from '#ports/broker.ts'
import type { AccountWindow, BrokerPosition, BrokerSnapshot } from '#ports/broker.ts'
import type { Clock } from '#ports/clock.ts'
import type { AccountId, ConId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { Link, Listening, LinkState } from '#shared/link.ts'
import { err, ok } from '#shared/result.ts'
import { ACCOUNT, anInstrument } from './builders.ts'

/** A broker in memory: what it holds and has executed, and a link a test opens and cuts. */
export type FakeBroker = Broker & {
  /** What it replays on every connect; one added while connected is told at once. */
  readonly execute: (execution: Execution, instrument?: Instrument) => void
  readonly charge: (report: CommissionReport) => void
  /** Its day is over: what was executed until now is not told again. */
  readonly endDay: () => void
  readonly hold: (position: BrokerPosition) => void
  /** Says one thing to everybody who listens. */
  readonly tell: (event: BrokerEvent) => void
  /** Opens a session: everything is told, then that all is told. */
  readonly connect: (accounts?: readonly AccountId[]) => void
  readonly cut: () => void
  /** Why it was asked to connect anew, each time. */
  readonly reconnects: string[]
  readonly watched: () => readonly ConId[]
  /** Of these, what screens show. */
  readonly visible: () => ReadonlySet<ConId>
  /** Instruments that trade while snapshots are taken. */
  readonly busy: Set<ConId>
  /** What the account window says, by key and currency; empty: it does not answer. */
  readonly window: Map<string, string>
  /** Contract details it can tell. */
  readonly details: Map<ConId, Instrument>
  readonly isStarted: () => boolean
  /** How far its clock is ahead of ours; null: it does not tell. */
  readonly brokerClock: { aheadMs: number | null }
  /** What it was told to connect with, each time. */
  readonly choices: BrokerChoice[]
  /** What it finds on the ports of any host. */
  readonly listening: Map<number, Listening>
}

type Told = { readonly execution: Execution; readonly instrument: Instrument }

export function fakeBroker(clock: Clock): FakeBroker {
  const listeners = new Set<(event: BrokerEvent) => void>()
  const executions: Told[] = []
  const charges: CommissionReport[] = []
  const positions = new Map<string, BrokerPosition>()
  const reconnects: string[] = []
  const busy = new Set<ConId>()
  const window = new Map<string, string>()
  const details = new Map<ConId, Instrument>()
  let state: LinkState = 'stopped'
  let watched: readonly ConId[] = []
  let visible: ReadonlySet<ConId> = new Set()
  let isStarted = false
  const choices: BrokerChoice[] = []
  const brokerClock = { aheadMs: 0 as number | null }
  const listening = new Map<number, Listening>()

  const link = (): Link => ({
    state,
    host: '127.0.0.1',
    port: 7497,
    clientId: 7,
    realm: 'PAPER',
    serverVersion: 193,
    since: clock.now(),
    heardAt: null,
    retryAt: null,
    problem: null,
    capabilities: null,
  })
  const tell = (event: BrokerEvent): void => {
    for (const listener of listeners) listener(event)
  }
  const become = (next: LinkState): void => {
    state = next
    tell({ kind: 'link', link: link() })
  }
  const isOpen = (): boolean => state === 'connected' || state === 'catching-up'
  const tellExecution = (told: Told): void =>
    tell({ kind: 'execution', ...told, receivedAt: clock.now() })

  return {
    listen: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    pace: () => undefined,
    start: () => void (isStarted = true),
    stop: () => {
      become('stopped')
      return Promise.resolve()
    },
    link,
    reconnect: (reason) => {
      reconnects.push(reason)
      become('waiting')
    },
    configure: (choice) => void choices.push(choice),
    search: (_host, ports) => Promise.resolve(ports.flatMap((port) => listening.get(port) ?? [])),
    snapshot: (account) =>
      Promise.resolve(
        isOpen()
          ? ok(snapshotOf(account, { executions, positions, busy, window, clock, brokerClock }))
          : err('not-connected' as const),
      ),
    describe: (conId) => {
      const known = details.get(conId)
      return Promise.resolve(known ? ok(known) : err('unknown' as const))
    },
    watch: (instruments, seen = new Set()) => {
      watched = instruments.map(({ conId }) => conId)
      visible = seen
    },
    execute: (execution, instrument = anInstrument()) => {
      const told = { execution, instrument }
      executions.push(told)
      if (isOpen()) tellExecution(told)
    },
    charge: (report) => {
      charges.push(report)
      if (isOpen()) tell({ kind: 'commission', report })
    },
    endDay: () => void executions.splice(0),
    hold: (position) => {
      positions.set(`${position.account}|${String(position.conId)}`, position)
      if (isOpen()) tell({ kind: 'position', position })
    },
    tell,
    connect: (accounts = [ACCOUNT]) => {
      become('catching-up')
      tell({ kind: 'session', accounts })
      for (const position of positions.values()) tell({ kind: 'position', position })
      for (const told of executions) tellExecution(told)
      for (const report of charges) tell({ kind: 'commission', report })
      become('connected')
      tell({ kind: 'caught-up', missing: [] })
    },
    cut: () => become('waiting'),
    reconnects,
    watched: () => watched,
    visible: () => visible,
    busy,
    window,
    details,
    isStarted: () => isStarted,
    brokerClock,
    choices,
    listening,
  }
}

type Books = {
  readonly executions: readonly Told[]
  readonly positions: ReadonlyMap<string, BrokerPosition>
  readonly busy: ReadonlySet<ConId>
  readonly window: ReadonlyMap<string, string>
  readonly clock: Clock
  readonly brokerClock: FakeBroker['brokerClock']
}

/** Highest revision of each execution, as a broker replays it. */
function snapshotOf(account: AccountId, from: Books): BrokerSnapshot {
  const latest = new Map<string, Execution>()
  for (const { execution } of from.executions) {
    const { root, revision } = splitExecId(execution.execId)
    const known = latest.get(root)
    if (execution.account !== account) continue
    if (known && splitExecId(known.execId).revision > revision) continue
    latest.set(root, execution)
  }
  return {
    account,
    positions: [...from.positions.values()].filter((held) => held.account === account),
    executions: [...latest.values()],
    inFlight: new Set(from.busy),
    contradicted: new Set(),
    window: from.window.size === 0 ? null : windowOf(account, from),
    takenAt: from.clock.now(),
    clockAheadMs: from.brokerClock.aheadMs,
  }
}

const windowOf = (account: AccountId, { window, clock }: Books): AccountWindow => ({
  askedAt: clock.now(),
  values: [...window].map(([name, value]) => {
    const [key = '', currency = ''] = name.split('|')
    return { account, key, currency, value }
  }),
  marks: [],
})
