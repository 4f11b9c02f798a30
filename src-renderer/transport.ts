import type { Dial } from './desk.ts'
import { bridgeOfThisPage, portDial } from './port.ts'
import { socketDial } from './socket.ts'
import { takeToken } from './stores/token.ts'

/**
 * The way to the core from where this page is: the port of a desktop window, else the socket of
 * the host it came from. Null in a browser without the key of this run.
 */
export function dialFromHere(): Dial | null {
  const bridge = bridgeOfThisPage()
  if (bridge !== null) return portDial(bridge)
  const token = takeToken()
  return token === null ? null : socketDial(token)
}
