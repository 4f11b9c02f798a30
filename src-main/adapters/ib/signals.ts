/**
 * What a message code means for the link. Everything else concerns one request, one order, or is
 * only worth showing.
 */
export type Signal =
  | 'client-id-in-use'
  | 'disclaimer'
  | 'broker-lost'
  | 'restored-data-lost'
  | 'restored'
  | 'port-changed'
  | 'read-only'
  | 'farm-lost'
  | 'farm-restored'
  | 'socket-failed'
  | 'unsupported-version'
  | 'drift'
  | 'quiet'
  | 'notice'

const BY_CODE: Readonly<Record<number, Signal>> = {
  326: 'client-id-in-use',
  501: 'quiet',
  502: 'socket-failed',
  503: 'unsupported-version',
  504: 'quiet',
  505: 'drift',
  506: 'unsupported-version',
  507: 'socket-failed',
  1100: 'broker-lost',
  1101: 'restored-data-lost',
  1102: 'restored',
  1300: 'port-changed',
  2103: 'farm-lost',
  2104: 'farm-restored',
  2105: 'notice',
  // Farms that are well, or asleep until they are needed, are no news.
  2106: 'quiet',
  2107: 'quiet',
  2108: 'quiet',
  2110: 'broker-lost',
  2119: 'quiet',
  2157: 'notice',
  2158: 'quiet',
  10_141: 'disclaimer',
}

/** What a message of TWS or of the library means for the link. */
export function signalOf(code: number, message: string): Signal {
  if (code === 321 && /read-?only/i.test(message)) return 'read-only'
  return BY_CODE[code] ?? 'notice'
}

/** 21xx are warnings, a band that grows; so is what says it is one. */
export const isWarning = (code: number, message: string): boolean =>
  (code >= 2100 && code < 2200) || code === 399 || message.includes('Warning:')

/** The new port in the text of message 1300; null when it names none. */
export function portIn(message: string): number | null {
  const ports = message.match(/\d{2,5}/g) ?? []
  const port = Number(ports.at(-1) ?? 0)
  return port > 0 && port < 65_536 ? port : null
}
