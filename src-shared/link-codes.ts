/** One thing TWS says about a connection, in plain words. */
export type LinkCode = {
  /** IB's codes for it; none for what only its silence says. */
  readonly codes: readonly number[]
  readonly meaning: string
  readonly remedy: string
  /** `fine` needs nothing, `passing` mends itself, `act` waits for the trader. */
  readonly weight: 'fine' | 'passing' | 'act'
}

const fine = (codes: readonly number[], meaning: string): LinkCode => ({
  ...{ codes, meaning, remedy: 'Nothing needs to be done.', weight: 'fine' },
})
const passing = (codes: readonly number[], meaning: string, remedy: string): LinkCode => ({
  ...{ codes, meaning, remedy, weight: 'passing' },
})
const act = (codes: readonly number[], meaning: string, remedy: string): LinkCode => ({
  ...{ codes, meaning, remedy, weight: 'act' },
})

const SETTINGS = 'In TWS: Global Configuration › API › Settings'

/** What can happen to a link, as the IB API reports it: the reference list of the screen. */
export const LINK_CODES: readonly LinkCode[] = [
  act(
    [502],
    'Nothing answers on the host and port, or the connection broke.',
    `Start TWS or IB Gateway. ${SETTINGS}, tick "Enable ActiveX and Socket Clients" and compare ` +
      'the socket port.',
  ),
  act(
    [326],
    'Another program uses this client id.',
    'TWS frees the id of a program that has gone within seconds, and it is tried again. If ' +
      'another program uses it, choose another client id.',
  ),
  act(
    [10_141],
    'The paper trading disclaimer was not accepted.',
    'Accept it in TWS or IB Gateway; the connection is then opened by itself.',
  ),
  act(
    [503, 506],
    'TWS speaks a version this program does not.',
    'Install the current stable TWS or IB Gateway, or update Truebook.',
  ),
  act(
    [321],
    'TWS refused a request; most often because its API is read-only.',
    'A read-only API is fine: Truebook never trades. Orders are then known from their executions ' +
      `only. To see open orders too: ${SETTINGS}, clear "Read-Only API".`,
  ),
  act(
    [],
    'TWS accepts the connection and says nothing, or closes it at once.',
    'Look for a dialog in TWS that asks to accept the connection; add this machine to its ' +
      'trusted IPs; check that TWS is logged in.',
  ),
  act(
    [],
    'Another login answers on the port than the one before.',
    'Paper accounts start with D. Each account has a ledger of its own, so nothing mixes; choose ' +
      'the account in the top bar.',
  ),
  passing(
    [1100, 2110],
    'TWS has lost the connection to IB’s servers.',
    'TWS restores it by itself. Until then nothing shown is fresh; the last values stay.',
  ),
  passing(
    [1101],
    'IB’s servers are back; what was subscribed to is lost.',
    'Everything is asked for again by itself, today’s executions included.',
  ),
  passing(
    [1102],
    'IB’s servers are back; what was subscribed to goes on.',
    'Executions of the gap are fetched by itself.',
  ),
  passing(
    [1300],
    'The socket port of TWS was changed.',
    'The new port is used at once; set it in the connection settings to keep it.',
  ),
  passing(
    [2103],
    'A market data farm is not connected: prices from it stand still.',
    'TWS connects it again by itself. Executions and positions are not concerned.',
  ),
  passing([2105], 'A historical data farm is not connected.', 'TWS connects it again by itself.'),
  passing(
    [2157],
    'The farm of contract descriptions is not connected.',
    'TWS connects it again by itself; new instruments are named late.',
  ),
  passing(
    [504, 507],
    'The connection was cut, or a message of it was damaged.',
    'It is opened again by itself. If this repeats, look at the network and at TWS.',
  ),
  passing(
    [],
    'TWS does not answer although the connection is open, such as after the computer slept.',
    'It is opened again by itself. If this repeats, TWS hangs: restart it.',
  ),
  passing(
    [],
    'TWS closed the connection: it restarts once a day, by default near midnight.',
    'It is tried again by itself, for as long as it takes. After Sunday, 01:00 in New York, TWS ' +
      'wants a new login.',
  ),
  fine([2104, 2106, 2158], 'A data farm is connected.'),
  fine([2107, 2108], 'A data farm sleeps until it is needed.'),
  fine([2119], 'A data farm is being connected.'),
  fine([501], 'There was a connection already.'),
]

/** What a code means; null for one that has nothing to do with the link. */
export const linkCodeOf = (code: number): LinkCode | null =>
  LINK_CODES.find(({ codes }) => codes.includes(code)) ?? null
