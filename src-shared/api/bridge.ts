/**
 * What the preload of the desktop window adds to the page: the whole of it. A page that finds it
 * speaks the contract through a MessagePort; one that does not is in a browser.
 */
export type Bridge = {
  /**
   * Asks for a port to the core. It comes as a message of this window to itself, with
   * `{ [PORT_MESSAGE]: name }` as its data and the port as its only one.
   */
  readonly openPort: (name: string) => void
}

/** The name of the bridge in the page. */
export const BRIDGE = 'truebook'
/** The channel on which the preload hands the other end of a port to the main process. */
export const PORT_CHANNEL = 'truebook:port'
/** The key under which a message of the window names the port it brings. */
export const PORT_MESSAGE = 'truebookPort'
