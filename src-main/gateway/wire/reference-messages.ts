import type { Instrument } from '../market/instrument.ts'
import { ascii, message, type Message } from './text.ts'
import { listingExchange } from './contract-tokens.ts'

/** An advisor's configuration as XML; type 1 is its groups. */
export const receiveAdvisors = (type: number, xml: string): Message => message(16, 1, type, xml)

export const familyCodes = (accounts: readonly string[]): Message =>
  message(78, accounts.length, ...accounts.flatMap((account) => [account, '']))

export const userInfo = (requestId: number, whiteBrandingId: string): Message =>
  message(107, requestId, whiteBrandingId)

/** What a pattern finds; each with the kinds of derivatives there are on it. */
export const symbolSamples = (
  requestId: number,
  found: readonly { readonly instrument: Instrument; readonly derivatives: readonly string[] }[],
): Message =>
  message(
    79,
    requestId,
    found.length,
    ...found.flatMap(({ instrument, derivatives }) => [
      ...[instrument.conId, instrument.symbol, instrument.secType],
      ...[listingExchange(instrument), instrument.currency],
      ...[derivatives.length, ...derivatives],
      // Description and issuer are told since server version 176.
      ...[ascii(instrument.longName), ''],
    ]),
  )

export const marketRule = (ruleId: number, increment: string): Message =>
  message(93, ruleId, 1, '0.0', increment)

/** The options of an underlying at one exchange. */
export type Chain = {
  readonly exchange: string
  readonly underlyingConId: number
  readonly tradingClass: string
  readonly multiplier: string
  readonly expiries: readonly string[]
  readonly strikes: readonly string[]
}

export const optionChain = (requestId: number, chain: Chain): Message =>
  message(
    75,
    requestId,
    chain.exchange,
    chain.underlyingConId,
    chain.tradingClass,
    chain.multiplier,
    chain.expiries.length,
    ...chain.expiries,
    chain.strikes.length,
    ...chain.strikes,
  )
export const optionChainEnd = (requestId: number): Message => message(76, requestId)
