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
  /** What answers now; null while nothing does. */
  readonly router: () => AnyRouter | null
  readonly log: Log
  /** The contents of the window that may speak the contract; null while there is none. */
  readonly speaker: () => WebContents | null
}

/**
 * Serves the contract on every port the page of our window hands over, and on no other.
 * @returns how to cut all of them: the page opens another
 */
export function servePorts({ router, log, speaker }: PortSettings): { readonly cut: () => void } {
  const open = new Set<() => void>()
  ipcMain.on(PORT_CHANNEL, (event) => {
    const [port, ...others] = event.ports
    for (const other of others) other.close()
    if (port === undefined) return
    if (!isOurPage(event, speaker())) {
      log.warn('A page that is not ours was refused a port')
      port.close()
      return
    }
    const answering = router()
    if (answering === null) {
      port.close()
      return
    }
    const rpc = new RPCHandler(answering)
    const cut = answer(port, {
      hear: (screen, text) => rpc.message(screen, text),
      forget: (screen) => {
        rpc.close(screen)
        open.delete(cut)
      },
      log,
    })
    open.add(cut)
  })
  return {
    cut: () => {
      for (const cut of [...open]) cut()
    },
  }
}

/** The main frame of our own window, showing a page of our own scheme. */
function isOurPage({ sender, senderFrame }: IpcMainEvent, ours: WebContents | null): boolean {
  if (ours === null || sender.id !== ours.id || senderFrame === null) return false
  return senderFrame.parent === null && senderFrame.origin === ORIGIN
}

/**
 * Answers one port until it closes. What the page sends is text of a bounded length; whatever
 * cannot be answered closes the port, and the page opens another and gets a fresh snapshot.
 * @returns closes the port
 */
function answer(port: MessagePortMain, { hear, forget, log }: Answering): () => void {
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
  const close = (): void => {
    if (!isOpen) return
    // Closing one's own end is not told to oneself.
    end()
    port.close()
  }
  const cut = (why: string): void => {
    if (isOpen) log.warn('A port of the screen was closed', { why })
    close()
  }
  port.on('close', end)
  port.on('message', ({ data }) => {
    if (!isOpen) return
    if (typeof data !== 'string' || data.length > MESSAGE_LIMIT) cut('no message of the contract')
    else hear(screen, data).catch((error: unknown) => cut(String(error)))
  })
  port.start()
  return close
}

/** Where the answers of one port go. */
type Screen = { readonly send: (text: unknown) => number }
type Answering = {
  readonly hear: (screen: Screen, text: string) => Promise<void>
  /** Ends everything the screen has asked for. */
  readonly forget: (screen: Screen) => void
  readonly log: Log
}
