import type { Adjustment } from '#domain/adjustment.ts'
import { standingEntries } from '#domain/cash.ts'
import { amountOf, residualsOf, supersededBy } from '#domain/late-execution.ts'
import type { UtcNanos } from '#shared/time.ts'
import type { BookMemory } from './memory.ts'

/** One settlement that was written. */
export type SettlementWritten = {
  readonly command: string
  /** Null: it settled no break, such as a transfer between strategies. */
  readonly breakId: string | null
  readonly at: UtcNanos
  readonly author: string
  readonly reason: string
  /** How many entries it wrote. */
  readonly entries: number
  /** Nothing of it stands: it was taken back. */
  readonly isUndone: boolean
  /** Executions that turned up since and took the place of some of it; none, once it is back. */
  readonly supersededBy: readonly string[]
  /** Nothing of it stands: they took the place of all of it. */
  readonly isSuperseded: boolean
}

type Said = 'command' | 'breakId' | 'at' | 'author' | 'reason'

type Entry = Pick<SettlementWritten, Said> & {
  readonly stands: boolean
  /** False: what was left of another entry of it. */
  readonly isFirst: boolean
  /** What took it back; null: it stands. */
  readonly reversedBy: Adjustment | null
}

/**
 * Every settlement that wrote entries, the newest first: what settled a break, what booked cash,
 * transfers. Openings have an undo of their own.
 */
export function settlementsOf(memory: BookMemory): readonly SettlementWritten[] {
  const commands = new Map<string, Entry[]>()
  for (const entry of [...adjustmentsIn(memory), ...cashIn(memory)]) {
    const others = commands.get(entry.command)
    if (others) others.push(entry)
    else commands.set(entry.command, [entry])
  }
  const whole = wholeIn(memory)
  return [...commands.values()]
    .flatMap((entries): readonly SettlementWritten[] => {
      const [first] = entries
      if (first === undefined) return []
      const { command, breakId, at, author, reason } = first
      const written = entries.filter(({ isFirst }) => isFirst).length
      return [
        {
          command,
          breakId,
          at,
          author,
          reason,
          entries: written,
          ...stateOf(entries, whole.has(command)),
        },
      ]
    })
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
}

type State = Pick<SettlementWritten, 'isUndone' | 'isSuperseded' | 'supersededBy'>

/** The settlements that no execution takes the place of any more, whatever did before. */
function wholeIn({ adjustments }: BookMemory): ReadonlySet<string> {
  const residuals = residualsOf(adjustments)
  const inPart = residuals.filter(
    ({ settled, standing }) => !amountOf(standing).quantity.equals(settled.quantity),
  )
  const whole = new Set(residuals.map(({ settled }) => settled.command))
  for (const { settled } of inPart) whole.delete(settled.command)
  return whole
}

function stateOf(entries: readonly Entry[], isWhole: boolean): State {
  const isGone = entries.every(({ stands }) => !stands)
  const roots = entries.map(({ reversedBy }) => reversedBy && supersededBy(reversedBy.command))
  const isSuperseded = isGone && roots.every((root) => root !== null)
  const distinct = isWhole ? [] : [...new Set(roots.filter((root) => root !== null))]
  return { isUndone: isGone && !isSuperseded, isSuperseded, supersededBy: distinct }
}

function adjustmentsIn({ adjustments }: BookMemory): readonly Entry[] {
  const reversals = new Map(adjustments.map((one) => [one.reverses, one]))
  return adjustments.flatMap(({ id, kind, reverses, recordedAt: at, ...told }) => {
    if (kind === 'opening' || reverses !== null) return []
    const { command, breakId, author, reason } = told
    const reversedBy = reversals.get(id) ?? null
    const isFirst = supersededBy(id) === null
    const stands = reversedBy === null
    return [{ ...{ command, breakId, author, reason, at }, stands, isFirst, reversedBy }]
  })
}

function cashIn({ cashEntries, breaks }: BookMemory): readonly Entry[] {
  const stands = new Set(standingEntries(cashEntries).map(({ id }) => id))
  const settled = new Map([...breaks.values()].map((one) => [one.settledBy, one.id]))
  return cashEntries.flatMap(({ id, reverses, author, evidence, recordedAt: at, ...told }) => {
    if (told.class === 'opening' || reverses !== null) return []
    // An entry's id is its command's and a number.
    const command = id.replace(/-\d{5}$/, '')
    const breakId = settled.get(command) ?? null
    const reason = `${told.class}: ${evidence}`
    const of = { stands: stands.has(id), isFirst: true, reversedBy: null }
    return [{ ...{ command, breakId, author, reason, at }, ...of }]
  })
}
