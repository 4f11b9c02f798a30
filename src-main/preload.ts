import { contextBridge, ipcRenderer } from 'electron'
import { BRIDGE, PORT_CHANNEL, PORT_MESSAGE, type Bridge } from '#shared/api/bridge.ts'

/**
 * Runs sandboxed, before the page and in a world of its own. A MessagePort cannot cross the
 * context bridge: one end goes to the main process as a message, the other to the page as one.
 */

/** The little of the page that is needed here: this file is compiled without the DOM's types. */
declare const window: {
  readonly location: { readonly origin: string }
  readonly postMessage: (message: unknown, origin: string, ports: readonly unknown[]) => void
}

const bridge: Bridge = {
  openPort: (name) => {
    const { port1, port2 } = new MessageChannel()
    ipcRenderer.postMessage(PORT_CHANNEL, null, [port2])
    window.postMessage({ [PORT_MESSAGE]: name }, window.location.origin, [port1])
  },
}

contextBridge.exposeInMainWorld(BRIDGE, bridge)
