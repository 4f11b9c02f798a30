import { splitExecId } from '#domain/execution.ts'
import { movesPosition } from '#domain/fill.ts'
import type { ExecRoot } from '#shared/ids.ts'
import type { Instrument } from '#shared/instrument.ts'
import type { BookEvent } from './book-event.ts'
import type { BookMemory } from './memory.ts'

/**
 * The executions of a batch the ledger may hold although memory does not: old ones, corrections of
 * something not in memory, and commissions of either.
 */
export function unknownRoots(
  memory: BookMemory,
  events: readonly BookEvent[],
): readonly ExecRoot[] {
  const sure = new Set<ExecRoot>()
  const wanted = new Set<ExecRoot>()
  for (const event of events) {
    if (event.kind === 'execution') {
      const { root, revision } = splitExecId(event.execution.execId)
      if (memory.fills.has(root) || memory.revisionOf(root) === revision) continue
      const isNew = memory.revisionOf(root) === undefined
      const isFirst = isNew && revision <= 1 && memory.wouldKnow(event.execution.executedAt)
      if (isFirst) sure.add(root)
      else wanted.add(root)
    } else if (event.kind === 'commission') {
      const { root } = splitExecId(event.report.execId)
      if (!memory.fills.has(root)) wanted.add(root)
    }
  }
  return [...wanted].filter((root) => !sure.has(root))
}

/** Instruments in which any strategy holds something. */
export function instrumentsHeld(memory: BookMemory): readonly Instrument[] {
  const open = [...memory.holdings.values()].filter(({ position }) => !position.quantity.isZero())
  const conIds = new Set(open.map(({ position }) => position.conId))
  return [...conIds]
    .flatMap((conId) => memory.instruments.get(conId) ?? [])
    .filter(({ secType }) => movesPosition(secType))
}
