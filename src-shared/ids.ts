declare const brand: unique symbol
type Branded<Of, Name extends string> = Of & { readonly [brand]: Name }

/** An account at the broker, such as `DU1234567`. */
export type AccountId = Branded<string, 'AccountId'>
/** IB's number of one instrument; the only key of an instrument we use. */
export type ConId = Branded<number, 'ConId'>
/** The id of one execution at one revision, such as `0000e0d5.6560a1b2.01.01`. */
export type ExecId = Branded<string, 'ExecId'>
/** An exec id without its last dot-segment: what all revisions of one execution share. */
export type ExecRoot = Branded<string, 'ExecRoot'>
/** IB's number of an order in an account; 0 until the broker has accepted it. */
export type PermId = Branded<number, 'PermId'>
/** The number a client gave an order; unique only within that client, and not for manual orders. */
export type OrderId = Branded<number, 'OrderId'>
/** The number an API client connected with; 0 is also TWS itself. */
export type ClientId = Branded<number, 'ClientId'>
/** The name of a strategy, or `UNATTRIBUTED`. */
export type StrategyId = Branded<string, 'StrategyId'>

export const accountId = (id: string): AccountId => id as AccountId
export const conId = (id: number): ConId => id as ConId
export const execId = (id: string): ExecId => id as ExecId
export const execRoot = (id: string): ExecRoot => id as ExecRoot
export const permId = (id: number): PermId => id as PermId
export const orderId = (id: number): OrderId => id as OrderId
export const clientId = (id: number): ClientId => id as ClientId
export const strategyId = (id: string): StrategyId => id as StrategyId

/** The permanent bucket of fills and holdings no attribution rule claims. */
export const UNATTRIBUTED = 'UNATTRIBUTED' as StrategyId
/** Where cash and income are kept that no strategy owns; never the strategy of a fill. */
export const UNALLOCATED = 'UNALLOCATED' as StrategyId

/** Stands where a fact is of an instrument whoever holds it, such as a split. Reserved. */
export const EVERY_STRATEGY = 'EVERY STRATEGY' as StrategyId
