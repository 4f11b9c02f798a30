import type { Carried } from '#domain/carried.ts'

/** What fills carried that were given to other strategies. */
export class Given {
  /** By the command that gave them, since the program started. */
  readonly byCommand = new Map<string, readonly Carried[]>()
  /** Given before that, and after what was counted last. */
  readonly before: Carried[] = []
  /** True once what was given before is known. */
  isWhole = false

  all(): readonly Carried[] {
    return [...this.before, ...[...this.byCommand.values()].flat()]
  }
}
