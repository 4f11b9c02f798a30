import { ipcMain, type IpcMainEvent, type MessagePortMain, type WebContents } from 'electron'
import type { AnyRouter } from '@orpc/server'
// Its port adapter drops the promise of a message: one that cannot be read would end the program.
// This one takes a message and answers through `send`, in the same encoding, and hands errors back.
import { RPCHandler } from '@orpc/server/bun-ws'
import type { Log } from '#ports/log.ts'
import { PORT_CHANNEL } from '#shared/api/bridge.ts'
import { ORIGIN } from './addresses.ts'

/** What a page may send at most in one message: the contract's inputs are small. */
const MESSAGE_LIMIT = 1024 * 1024

export type PortSettings = {
  readonly router: AnyRouter
  readonly log: Log
  /** The contents of the window that may speak the contract; null while there is none. */
  readonly speaker: () => WebContents | null
}

/** Serves the contract on every port the page of our window hands over, and on no other. */
export function servePorts({ router, log, speaker }: PortSettings): void {
  const rpc = new RPCHandler(router)
  ipcMain.on(PORT_CHANNEL, (event) => {
    const [port, ...others] = event.ports
    for (const other of others) other.close()
    if (port === undefined) return
    if (!isOurPage(event, speaker())) {
      log.warn('A page that is not ours was refused a port')
      port.close()
      return
    }
    answer(port, {
      hear: (screen, text) => rpc.message(screen, text),
      forget: (screen) => rpc.close(screen),
      log,
    })
  })
}

/** The main frame of our own window, showing a page of our own scheme. */
function isOurPage({ sender, senderFrame }: IpcMainEvent, ours: WebContents | null): boolean {
  if (ours === null || sender.id !== ours.id || senderFrame === null) return false
  return senderFrame.parent === null && senderFrame.origin === ORIGIN
}

/**
 * Answers one port until it closes. What the page sends is text of a bounded length; whatever
 * cannot be answered closes the port, and the page opens another and gets a fresh snapshot.
 */
function answer(port: MessagePortMain, { hear, forget, log }: Answering): void {
  let isOpen = true
  const screen: Screen = {
    send: (text) => {
      port.postMessage(text)
      return 0
    },
  }
  const end = (): void => {
    isOpen = false
    forget(screen)
  }
  const cut = (why: string): void => {
    if (!isOpen) return
    log.warn('A port of the screen was closed', { why })
    // Closing one's own end is not told to oneself.
    end()
    port.close()
  }
  port.on('close', end)
  port.on('message', ({ data }) => {
    if (!isOpen) return
    if (typeof data !== 'string' || data.length > MESSAGE_LIMIT) cut('no message of the contract')
    else hear(screen, data).catch((error: unknown) => cut(String(error)))
  })
  port.start()
}

/** Where the answers of one port go. */
type Screen = { readonly send: (text: unknown) => number }
type Answering = {
  readonly hear: (screen: Screen, text: string) => Promise<void>
  /** Ends everything the screen has asked for. */
  readonly forget: (screen: Screen) => void
  readonly log: Log
}
