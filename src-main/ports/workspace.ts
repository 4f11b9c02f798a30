/** Why a saved workspace is moved out of the way. */
export type SetAside = 'unreadable' | 'newer' | 'reset'

/** Keeps what the trader arranged, as text; knows nothing of what it means. */
export type WorkspaceStore = {
  /** What was saved last; null when nothing was. @throws when it is there and cannot be read. */
  readonly read: () => Promise<string | null>
  /** Replaces what was saved, wholly or not at all. */
  readonly write: (text: string) => Promise<void>
  /** Earlier ones that could be restored, the latest first. */
  readonly copies: () => Promise<readonly string[]>
  /** Keeps one that could be restored; of all copies only the latest `most` stay. */
  readonly keepCopy: (text: string, most: number) => Promise<void>
  /** Moves what was saved last out of the way; answers where it lies now, null for nothing. */
  readonly setAside: (why: SetAside) => Promise<string | null>
}
