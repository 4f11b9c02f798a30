import type { StoreApi } from 'zustand/vanilla'
import type { LoadedWorkspace, WorkspaceDocument } from '#shared/api/workspace.ts'

/** How the arrangement goes to the core and comes from it. */
export type Keeper = {
  readonly load: () => Promise<LoadedWorkspace>
  readonly save: (document: WorkspaceDocument) => Promise<unknown>
  /** Says something to the trader. */
  readonly tell: (sentence: string) => void
  /** Runs something later; answers how to cancel it. */
  readonly after: (ms: number, run: () => void) => () => void
}

/** Dragging a divider changes the layout at every step: only the last one is saved. */
const SETTLED_MS = 600

/**
 * Takes up what was saved, then saves what changes. While nothing could be loaded nothing is saved
 * either: what there is would be lost.
 */
export class Keeping {
  private readonly choices: StoreApi<WorkspaceDocument>
  private readonly keeper: Keeper
  private cancel: (() => void) | null = null
  private isFailing = false

  constructor(choices: StoreApi<WorkspaceDocument>, keeper: Keeper) {
    this.choices = choices
    this.keeper = keeper
  }

  async start(): Promise<void> {
    try {
      const { document, notice } = await this.keeper.load()
      if (document !== null) this.choices.setState(document, true)
      if (notice !== null) this.keeper.tell(notice)
      this.choices.subscribe(() => this.schedule())
    } catch (error) {
      this.keeper.tell(
        `The saved layout could not be read (${reasonOf(error)}): the standard one is shown, ` +
          'and changes are not saved. Reload the page to try again.',
      )
    }
  }

  /** Saves at once what waits to be saved, for when the page goes away. */
  flush(): void {
    if (this.cancel === null) return
    this.cancel()
    this.save()
  }

  private schedule(): void {
    this.cancel?.()
    this.cancel = this.keeper.after(SETTLED_MS, () => this.save())
  }

  private save(): void {
    this.cancel = null
    this.keeper.save(this.choices.getState()).then(
      () => {
        this.isFailing = false
      },
      (error: unknown) => {
        // Said once, not at every further try.
        if (!this.isFailing) this.keeper.tell(`The layout was not saved: ${reasonOf(error)}`)
        this.isFailing = true
      },
    )
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
