import type { Clock } from '#ports/clock.ts'
import type { Notice } from '#shared/api/views.ts'
import { linkCodeOf } from '#shared/link-codes.ts'

/** What the broker said, and what helps where that is known already. */
type Said = { readonly code: number; readonly message: string; readonly remedy?: string }

/** Notices kept for the screen; the log has them all. */
const KEPT = 100

/** The in-app centre: what the trader should know, the newest first, repeats folded into one. */
export class Notices {
  readonly #clock: Clock
  #notices: readonly Notice[] = []
  #count = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get all(): readonly Notice[] {
    return this.#notices
  }

  add(notice: Pick<Notice, 'severity' | 'message' | 'remedy'>): void {
    this.#count += 1
    const others = this.#notices.filter(({ message }) => message !== notice.message)
    const added = { id: this.#count, at: this.#clock.now(), ...notice }
    this.#notices = [added, ...others].slice(0, KEPT)
  }

  /** Keeps what the broker said under a code of its own, with what the code means. */
  addSaid({ code, message, remedy }: Said): void {
    const known = linkCodeOf(code)
    this.add({
      severity: known?.weight === 'fine' ? 'info' : 'warning',
      message,
      remedy: remedy ?? (known === null ? null : `${known.meaning} ${known.remedy}`),
    })
  }
}
