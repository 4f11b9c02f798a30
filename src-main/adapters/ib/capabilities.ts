import type { Execution } from '#domain/execution.ts'
import type { Capabilities } from '#shared/link.ts'

/**
 * What has been observed of how executions reach us: no message of the API says whether our client
 * id is the Master Client ID.
 */
export type Evidence = {
  readonly clientId: number
  /** An execution of another client came by itself, and none has failed to since. */
  readonly isMaster: boolean
  readonly isReadOnly: boolean
}

export const noEvidence = (clientId: number): Evidence => ({
  clientId,
  isMaster: false,
  isReadOnly: false,
})

/** Whether TWS would send an execution by itself only to the Master Client ID. */
export const isForeign = (execution: Pick<Execution, 'clientId'>, clientId: number): boolean =>
  Number(execution.clientId) !== clientId

/** What the evidence says, with the sentence for the screen. */
export function capabilitiesOf(evidence: Evidence, pollMs: number): Capabilities {
  const executions = evidence.isMaster ? 'master' : evidence.clientId === 0 ? 'client-0' : 'polling'
  const orders = evidence.isReadOnly
    ? ' The API is read-only, as it should be: orders are known from their executions only.'
    : ''
  return {
    executions,
    orders: !evidence.isReadOnly,
    readOnly: evidence.isReadOnly,
    sentence: sentenceOf(executions, evidence.clientId, pollMs) + orders,
  }
}

function sentenceOf(seen: Capabilities['executions'], clientId: number, pollMs: number): string {
  if (seen === 'master') return 'Executions of all API clients and of TWS arrive at once.'
  const pace = `${Math.round(pollMs / 100) / 10} s`
  const advice =
    `For instant ones set Master Client ID to ${clientId} in TWS: ` +
    'Global Configuration › API › Settings.'
  return seen === 'client-0'
    ? `Manual executions arrive at once; those of API clients are fetched every ${pace}. ${advice}`
    : `Executions of other API clients and of TWS are fetched every ${pace}. ${advice}`
}
