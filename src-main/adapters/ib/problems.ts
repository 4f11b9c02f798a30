import type { LinkProblem } from '#shared/link.ts'

/**
 * The oldest server version whose messages carry fractional quantities, which the book relies on.
 */
export const LOWEST_SERVER_VERSION = 163

const problem = (code: number | null, message: string, remedy: string): LinkProblem => ({
  code,
  message,
  remedy,
})

const ENABLE_API =
  'In TWS: Global Configuration › API › Settings, tick "Enable ActiveX and Socket Clients" and ' +
  'compare the socket port.'

export const portClosed = (host: string, port: number): LinkProblem =>
  problem(502, `Nothing listens on ${host}:${port}.`, `Start TWS or IB Gateway. ${ENABLE_API}`)

export const nothingListens = (host: string, ports: readonly number[]): LinkProblem =>
  problem(
    502,
    `No TWS or IB Gateway listens on ${host} (ports ${ports.join(', ')}).`,
    `Start TWS or IB Gateway. ${ENABLE_API}`,
  )

const hostUnknown = (host: string): LinkProblem =>
  problem(
    502,
    `The host name ${host} is not known.`,
    'Correct the host in the connection settings.',
  )

export const unreachable = (host: string, port: number): LinkProblem =>
  problem(
    502,
    `${host}:${port} does not answer at all.`,
    'Check the host, the network and the firewall between the two machines.',
  )

export const stranger = (host: string, port: number): LinkProblem =>
  problem(
    null,
    `Something else than TWS answers on ${host}:${port}.`,
    `Another program uses this port. Choose the port TWS shows. ${ENABLE_API}`,
  )

export const silent = (host: string, port: number, seconds: number): LinkProblem =>
  problem(
    null,
    `${host}:${port} accepts the connection but says nothing for ${seconds} s.`,
    'Look for a dialog in TWS that asks to accept the connection, or restart TWS if it hangs.',
  )

export const closedUnopened = (host: string, port: number): LinkProblem =>
  problem(
    null,
    `${host}:${port} closed the connection before a session was open.`,
    'In TWS: Global Configuration › API › Settings, add this machine to the trusted IPs (or ' +
      'allow connections from localhost) and check that TWS is logged in.',
  )

export const clientIdInUse = (clientId: number): LinkProblem =>
  problem(
    326,
    `Client id ${clientId} is in use by another program.`,
    'TWS frees the id of a program that has gone within seconds. If another program uses it, ' +
      'choose another client id here or there.',
  )

export const cutOff = (): LinkProblem =>
  problem(
    null,
    'The connection was cut in the middle of a message.',
    'It is opened again by itself. If this repeats, look at the network and at TWS.',
  )

export const badLength = (): LinkProblem =>
  problem(
    null,
    'TWS announced a message of an impossible length.',
    'The connection is opened again by itself. If this repeats, restart TWS.',
  )

export const unreadable = (reason: string): LinkProblem =>
  problem(
    null,
    `A message of TWS could not be read (${reason}).`,
    'The connection is opened again by itself and asks for everything anew.',
  )

export const tooOld = (version: number): LinkProblem =>
  problem(
    503,
    `This TWS speaks server version ${version}; ${LOWEST_SERVER_VERSION} or later is needed.`,
    'Update TWS or IB Gateway.',
  )

export const unsupportedVersion = (message: string): LinkProblem =>
  problem(
    506,
    `TWS answered with a version outside of the offer (${message}).`,
    'Install the current stable TWS or IB Gateway, or update Truebook.',
  )

export const disclaimer = (message: string): LinkProblem =>
  problem(
    10_141,
    `TWS waits for the paper trading disclaimer to be accepted: ${message}`,
    'Accept the disclaimer in TWS or IB Gateway. The connection is then opened by itself.',
  )

export const brokerLost = (code: number, message: string): LinkProblem =>
  problem(
    code,
    `TWS has lost the connection to IB's servers: ${message}`,
    'TWS restores it by itself. Until then nothing shown here is fresh.',
  )

export const connectionLost = (): LinkProblem =>
  problem(
    null,
    'TWS closed the connection.',
    'TWS was closed, restarted (it does so once a day) or logged off. It is tried again by itself.',
  )

export const connectionBroken = (message: string): LinkProblem =>
  problem(
    502,
    `The connection to TWS broke: ${message}`,
    'It is opened again by itself. If this repeats, look at the network and at TWS.',
  )

export const wentSilent = (seconds: number): LinkProblem =>
  problem(
    null,
    `TWS has not answered for ${seconds} s although the connection is open.`,
    'It is opened again by itself. If this repeats, TWS hangs: restart it.',
  )

export const portChanged = (port: number): LinkProblem =>
  problem(
    1300,
    `The socket port of TWS was changed to ${port}.`,
    'The new port is used from now on; set it in the connection settings to keep it.',
  )

export const restarted = (reason: string): LinkProblem =>
  problem(null, `The connection is opened anew: ${reason}`, 'Nothing needs to be done.')

export const reconfigured = (): LinkProblem =>
  problem(
    null,
    'The connection settings were changed; the connection is opened anew.',
    'Nothing needs to be done.',
  )

/** A socket error's text before any session was open, as what it means. */
export function socketProblem(host: string, port: number, message: string): LinkProblem {
  if (/ENOTFOUND|EAI_AGAIN/.test(message)) return hostUnknown(host)
  if (/ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN/.test(message)) return unreachable(host, port)
  if (/ECONNRESET|EPIPE/.test(message)) return closedUnopened(host, port)
  return portClosed(host, port)
}
