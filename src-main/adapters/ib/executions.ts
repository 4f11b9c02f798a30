import type { CommissionReport as IbCommissionReport, Contract } from '@stoqey/ib'
import type { Execution as IbExecution } from '@stoqey/ib'
import { splitExecId, type Execution, type ToldExecution } from '#domain/execution.ts'
import { execId, type ExecId } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import { ok, type Result } from '#shared/result.ts'
import type { ApiListeners } from './api.ts'
import type { Context } from './context.ts'
import { executionTimes } from './execution-time.ts'
import { createPollWindow, type PollWindow } from './poll-window.ts'
import type { RequestFailure } from './requests.ts'
import { commissionOf, executionOf, type ReadTime } from './translate.ts'

/** How one execution reached us. */
export type Sighting = {
  readonly execution: Execution
  readonly isLive: boolean
  /** First time in this session. */
  readonly isNew: boolean
}

/** What a request for executions brought. */
type Reply = {
  /** Exec ids without their revision: a correction stands for what it corrects. */
  readonly roots: ReadonlySet<string>
}

/** Executions and commissions of the session, each told once. */
export type Executions = {
  readonly listeners: Partial<ApiListeners>
  /** Asks for executions, all of the day or those since a time of TWS's filter. */
  readonly fetch: (since: string | null) => Promise<Result<Reply, RequestFailure>>
  /** Every execution told in this session, the highest revision of each. */
  readonly known: () => Iterable<ToldExecution>
  /** True once a whole day was replayed in this session: nothing older is missing. */
  readonly hasAll: () => boolean
  readonly window: PollWindow
  /** Calls with every sighting until the function returned is called. */
  readonly observe: (observer: (sighting: Sighting) => void) => () => void
  /** Whatever was told before is told again: the core may have missed it. */
  readonly beginSession: () => void
}

type Collector = {
  readonly roots: Set<string>
}

/** What is kept of an execution of the session: a day may have a hundred thousand. */
type Told = ToldExecution & {
  readonly revision: number
  /** Other revisions that were told; null when there are none. */
  readonly others: readonly string[] | null
  /** What the last commission report of this revision said; null before there is one. */
  commission: string | null
}

type Desk = {
  readonly context: Context
  readonly readTime: ReadTime
  readonly window: PollWindow
  /** By exec root: the highest revision. */
  readonly told: Map<string, Told>
  /** What commission reports of executions that were not told, or are corrected, said last. */
  readonly otherCommissions: Map<string, string>
  /** Executions that were complained of. */
  readonly unreadable: Set<string>
  readonly collectors: Map<number, Collector>
  readonly observers: Set<(sighting: Sighting) => void>
  hasAll: boolean
}

/** IB's request id of what it sends by itself. */
const LIVE = -1

/**
 * The desk of executions. Replays repeat a whole day: each execution is passed on once a session.
 */
export function createExecutions(context: Context): Executions {
  const desk: Desk = {
    context,
    readTime: executionTimes(context.settings.defaultZone),
    window: createPollWindow(),
    told: new Map(),
    otherCommissions: new Map(),
    unreadable: new Set(),
    collectors: new Map(),
    observers: new Set(),
    hasAll: false,
  }
  return {
    listeners: {
      execDetails: (requestId, contract, ib) => hear(desk, requestId, { contract, ib }),
      execDetailsEnd: (requestId) => context.requests.ended(requestId),
      commissionReport: (ib) => hearCommission(desk, ib),
    },
    fetch: (since) => fetch(desk, since),
    known: () => desk.told.values(),
    hasAll: () => desk.hasAll,
    window: desk.window,
    observe: (observer) => {
      desk.observers.add(observer)
      return () => void desk.observers.delete(observer)
    },
    beginSession: () => {
      desk.told.clear()
      desk.otherCommissions.clear()
      desk.unreadable.clear()
      desk.hasAll = false
      desk.collectors.clear()
      desk.window.forget()
    },
  }
}

async function fetch(desk: Desk, since: string | null): Promise<Result<Reply, RequestFailure>> {
  const collector: Collector = { roots: new Set() }
  let requestId = 0
  const answer = await desk.context.requests.ask((api, id) => {
    requestId = id
    desk.collectors.set(id, collector)
    api.reqExecutions(id, since === null ? {} : { time: since })
  })
  desk.collectors.delete(requestId)
  if (answer.ok && since === null) desk.hasAll = true
  return answer.ok ? ok(collector) : answer
}

type Message = { readonly contract: Contract; readonly ib: IbExecution }

function hear(desk: Desk, requestId: number, message: Message): void {
  const collector = desk.collectors.get(requestId)
  const id = execId(message.ib.execId ?? '')
  collector?.roots.add(splitExecId(id).root)
  const isNew = !wasTold(desk, id)
  const isLive = requestId === LIVE
  // Most of a replay is known: it is not even translated.
  if (!isNew && !isLive) return
  const instrument = desk.context.instruments.meet(message.contract)
  if (instrument === null) {
    complain(desk, message, 'no known instrument')
    return
  }
  const read = executionOf(message.ib, instrument, desk.readTime)
  if (!read.ok) {
    complain(desk, message, read.error)
    return
  }
  if (isNew) tell(desk, read.value, instrument)
  for (const observer of desk.observers) observer({ execution: read.value, isLive, isNew })
}

function wasTold(desk: Desk, id: ExecId): boolean {
  const told = desk.told.get(splitExecId(id).root)
  return told !== undefined && (told.execId === id || told.others?.includes(id) === true)
}

function tell(desk: Desk, execution: Execution, instrument: Instrument): void {
  const { execId } = execution
  const isCharged = desk.otherCommissions.has(execId)
  desk.window.saw(execution, instrument.secType !== 'BAG' && !isCharged)
  note(desk, execution)
  const { clock, emit } = desk.context
  emit({ kind: 'execution', execution, instrument, receivedAt: clock.now() })
}

function note({ told, otherCommissions }: Desk, { execId, account, conId }: Execution): void {
  const { root, revision } = splitExecId(execId)
  const known = told.get(root)
  if (known !== undefined && known.revision > revision) {
    told.set(root, { ...known, others: [...(known.others ?? []), execId] })
    return
  }
  const commission = otherCommissions.get(execId) ?? null
  otherCommissions.delete(execId)
  if (known?.commission) otherCommissions.set(known.execId, known.commission)
  const others = known === undefined ? null : [...(known.others ?? []), known.execId]
  told.set(root, { execId, account, conId, revision, others, commission })
}

/**
 * An execution that cannot be booked is never passed over in silence: the positions will differ.
 */
function complain(desk: Desk, { contract, ib }: Message, lack: string): void {
  const execId = ib.execId ?? 'without id'
  if (desk.unreadable.has(execId)) return
  desk.unreadable.add(execId)
  desk.context.log.error('An execution of TWS could not be read', {
    execId,
    lack,
    conId: contract.conId ?? null,
    secType: contract.secType ?? null,
    time: ib.time ?? null,
  })
  const message = `Execution ${execId} of ${contract.symbol ?? '?'} could not be read: ${lack}.`
  desk.context.emit({ kind: 'notice', code: 0, message })
}

function hearCommission(desk: Desk, ib: IbCommissionReport): void {
  const report = commissionOf(ib)
  if (report === null) {
    desk.context.log.error('A commission report of TWS names no execution')
    return
  }
  // Replays repeat it; a later report with another content supersedes the one before.
  // Joined, it is one string; a template would keep each of its parts as long as itself.
  const content = [ib.commission ?? '', ib.currency ?? '', ib.realizedPNL ?? ''].join('|')
  if (!isNewCommission(desk, report.execId, content)) return
  if (report.commission !== null) desk.window.sawCommission(report.execId)
  desk.context.emit({ kind: 'commission', report })
}

function isNewCommission(desk: Desk, id: ExecId, content: string): boolean {
  const told = desk.told.get(splitExecId(id).root)
  if (told?.execId === id) {
    if (told.commission === content) return false
    told.commission = content
    return true
  }
  if (desk.otherCommissions.get(id) === content) return false
  desk.otherCommissions.set(id, content)
  return true
}
