import type { Batch } from './batch.ts'
import type { BookEvent, Settle } from './book-event.ts'
import type { BookMemory } from './memory.ts'

/** A batch, the memory it was decided on, and whom to tell once it is durable. */
export type Decided = {
  readonly memory: BookMemory
  readonly batch: Batch
  readonly settled: Settle[]
}

export function tell(settled: readonly Settle[], outcome: 'committed' | 'closed'): void {
  const refusal =
    outcome === 'closed' ? new Error('The book was closed before it was written.') : null
  for (const settle of settled) settle(refusal)
}

/** What could not even be decided before the book was closed. */
export function refuseAll(events: readonly BookEvent[], error: unknown): null {
  for (const event of events) if (event.kind === 'command') event.settle(asError(error))
  return null
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error))

export async function runCommand(
  event: Extract<BookEvent, { kind: 'command' }>,
  { memory, batch, settled }: Decided,
): Promise<void> {
  try {
    await event.run(memory, batch)
    settled.push(event.settle)
  } catch (error) {
    event.settle(asError(error))
  }
}
