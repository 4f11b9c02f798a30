import { z } from 'zod'
import { command, query } from './procedure.ts'

/** Which desk the program shows. */
export const demoView = z.object({
  /**
   * `real`: a TWS or Gateway is wanted; `opened`: the demo desk, with a way back to the real one;
   * `started`: the program was started as a demo and is nothing else.
   */
  desk: z.enum(['real', 'opened', 'started']),
  /** Why the demo desk cannot be opened now, in a sentence; null when it can, or is open. */
  obstacle: z.string().nullable(),
})
export type DemoView = z.infer<typeof demoView>

/** The desk on the built-in simulated gateway, in a ledger of its own that is thrown away. */
export const demo = {
  state: query({
    path: '/api/demo',
    tag: 'demo',
    summary: 'Which desk the program shows: the real one or the demo',
  }).output(demoView),
  open: command({
    path: '/api/demo/open',
    tag: 'demo',
    summary:
      'Closes the real desk and opens the demo in its place; answers once the simulated gateway ' +
      'runs, then every connection is cut and finds the demo. Refused when there is a real book',
  }).output(z.object({})),
  close: command({
    path: '/api/demo/close',
    tag: 'demo',
    summary: 'Throws the demo away and opens the real desk again; every connection is cut',
  }).output(z.object({})),
}
