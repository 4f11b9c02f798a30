/** Hands out the identities of one run of the gateway; none is ever used by another run. */
export type Ids = {
  /** The part of an exec id all its revisions share, such as `0b1e42c0.00000001.01`. */
  readonly execRoot: () => string
  readonly permId: () => number
  /** The next order id of a client; `peek` answers it without using it up. */
  readonly orderId: (clientId: number) => number
  readonly peekOrderId: (clientId: number) => number
  /** A client used this id itself: its next one is higher. */
  readonly useOrderId: (clientId: number, id: number) => void
}

const SECONDS_AT_2020 = 1_577_836_800
/** Perm ids a run may use up for each second until the next run begins. */
const PERM_IDS_A_SECOND = 10_007
const LOWEST_PERM_ID = 1_000_000_000
/** Below server version 191 a perm id must fit an int32. */
const PERM_ID_SPAN = 1_100_000_000

const hex = (value: number): string => (value >>> 0).toString(16).padStart(8, '0')

/**
 * Ids derived from the second a run began and its number, so that a gateway restarted with the same
 * seed never tells a different fill by an id it used before.
 */
export function createIds(startedAt: number, run: number): Ids {
  const second = Math.floor(startedAt / 1000) - SECONDS_AT_2020 + run
  const firstPermId = (second * PERM_IDS_A_SECOND) % PERM_ID_SPAN
  const firstOrderId = (second % 1_000_000) * 10 + 1
  const runInHex = hex(second)
  const orderIds = new Map<number, number>()
  let executions = 0
  let orders = 0
  const peekOrderId = (clientId: number): number => orderIds.get(clientId) ?? firstOrderId
  return {
    execRoot: () => `${runInHex}.${hex((executions += 1))}.01`,
    permId: () => LOWEST_PERM_ID + ((firstPermId + (orders += 1)) % PERM_ID_SPAN),
    peekOrderId,
    useOrderId: (clientId, id) =>
      void orderIds.set(clientId, Math.max(peekOrderId(clientId), id + 1)),
    orderId: (clientId) => {
      const id = peekOrderId(clientId)
      orderIds.set(clientId, id + 1)
      return id
    },
  }
}

/** The number of an exec root among those of its run, counted from 1; NaN when it is none. */
export const rootNumber = (root: string): number => Number.parseInt(root.slice(9, 17), 16)

export const execIdOf = (root: string, revision: number): string =>
  `${root}.${String(revision).padStart(2, '0')}`
