/** What the benches ask of the process under measurement, and what it answers. */
export type Command = { readonly what: 'probe' | 'state' | 'report' | 'stop' }

export type State = {
  readonly what: 'state'
  readonly opening: string
  readonly fills: number
  readonly depth: number
  /** Commissions not reported yet. */
  readonly pending: number
  readonly walBytes: number
  /** The book is being compared with the broker, as it is on every connect. */
  readonly isReconciling: boolean
}

export type Report = {
  readonly what: 'report'
  /** When each fill was durable: wall clock, milliseconds with fraction. */
  readonly committed: readonly (readonly [execId: string, at: number])[]
  /** Rows each commit wrote, by kind. */
  readonly sizes: readonly Readonly<Record<string, number>>[]
  readonly loopDelayP99Ms: number
  readonly loopDelayMaxMs: number
  readonly peakRssMiB: number
}

export type Ready = {
  readonly what: 'ready'
  readonly port: number
  /** From the start of the desk to the first full snapshot. */
  readonly snapshotMs: number
  readonly positions: number
}

export type Reply = State | Report | Ready | { readonly what: 'probing' }
