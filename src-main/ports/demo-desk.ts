import type { DemoView } from '#shared/api/demo.ts'
import type { Result } from '#shared/result.ts'

/**
 * The demo beside the real desk. One of them runs at a time, each in a core and a data directory of
 * its own, so that what is simulated never meets what is real.
 */
export type DemoDesk = {
  readonly desk: () => DemoView['desk']
  /** Opens the demo in place of the real desk, soon after it was answered; or says why not. */
  readonly open: () => Promise<Result<null, string>>
  /** Throws the demo away and opens the real desk, soon after it was answered. */
  readonly close: () => Result<null, string>
}
