import { splitExecId } from '#domain/execution.ts'
import type { ExecRoot } from '#shared/ids.ts'
import type { BookEvent } from './book-event.ts'

/** Events taken at once, at most: so many are decided within tens of milliseconds. */
export const TAKEN_AT_ONCE = 1_536

/** Events that wait to be decided, in the order they came. */
export class EventQueue {
  #events: BookEvent[] = []
  /** How many at the front are taken already. */
  #taken = 0

  get length(): number {
    return this.#events.length - this.#taken
  }

  push(event: BookEvent): void {
    this.#events.push(event)
  }

  /**
   * Takes the next events. A commission right behind its execution goes along: in the next commit
   * it would replace a row that this one adds, which alone costs as much as fifty new ones.
   */
  next(): readonly BookEvent[] {
    const end = this.#end()
    const events = this.#events.slice(this.#taken, end)
    this.#taken = end
    if (this.#taken * 2 >= this.#events.length) {
      this.#events = this.#events.slice(this.#taken)
      this.#taken = 0
    }
    return events
  }

  #end(): number {
    let end = Math.min(this.#taken + TAKEN_AT_ONCE, this.#events.length)
    const last = this.#events[end - 1]
    if (last?.kind !== 'execution') return end
    const { root } = splitExecId(last.execution.execId)
    while (isReportOf(root, this.#events[end])) end += 1
    return end
  }
}

const isReportOf = (root: ExecRoot, event: BookEvent | undefined): boolean =>
  event?.kind === 'commission' && splitExecId(event.report.execId).root === root
