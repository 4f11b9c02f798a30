import type { AccountId } from '#shared/ids.ts'
import type { Realm } from '#shared/link.ts'

/**
 * Whose money is behind a session. A list with one live account in it is live: the careful answer.
 */
export function realmOf(accounts: readonly AccountId[], isSimulated: boolean): Realm {
  if (accounts.length === 0) return 'UNKNOWN'
  if (isSimulated || accounts.some((account) => account.startsWith('DEMO'))) return 'SIMULATED'
  return accounts.every((account) => account.startsWith('D')) ? 'PAPER' : 'LIVE'
}
