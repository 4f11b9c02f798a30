import type { Context } from './context.ts'

/** What to do about a message of TWS that concerns one market data line. */
export type PriceRefusal = {
  /** Why there is no price, after "because". */
  readonly why: string
  readonly remedy: string
  /** When to ask again; null: never in this session. */
  readonly retryMs: number | null
}

const MINUTE_MS = 60_000
const SUBSCRIBE =
  'The broker’s own mark is shown instead. Subscribe to the data in Client Portal, or allow ' +
  'delayed data in the settings.'

const BY_CODE: Readonly<Record<number, PriceRefusal>> = {
  101: {
    why: 'all market data lines are in use',
    remedy: 'Close watchlists in TWS, or set fewer market data lines here. Fewer are used for now.',
    retryMs: MINUTE_MS,
  },
  200: {
    why: 'TWS does not know the contract any more',
    remedy: 'The broker’s own mark is shown instead.',
    retryMs: null,
  },
  321: {
    why: 'TWS finds the request wrong',
    remedy: 'The broker’s own mark is shown instead.',
    retryMs: null,
  },
  354: { why: 'nobody has subscribed to this data', remedy: SUBSCRIBE, retryMs: 10 * MINUTE_MS },
  10_089: {
    why: 'the data needs a subscription for the API',
    remedy: SUBSCRIBE,
    retryMs: 10 * MINUTE_MS,
  },
  10_168: {
    why: 'nobody has subscribed to this data, and delayed data is not enabled',
    remedy: SUBSCRIBE,
    retryMs: 10 * MINUTE_MS,
  },
  10_197: {
    why: 'another session of the same login has the live data',
    remedy:
      'Log off there: on another machine, in the app on a phone. It is asked again each minute.',
    retryMs: MINUTE_MS,
  },
}

/** What a code means for its line; one that is not known is asked for again after a minute. */
export const refusalOf = (code: number, message: string): PriceRefusal =>
  BY_CODE[code] ?? {
    why: `TWS says: ${message}`,
    remedy: 'The broker’s own mark is shown instead. It is asked again each minute.',
    retryMs: MINUTE_MS,
  }

/** Says something about the line, and the data flow on. */
export const isAdvisory = (code: number): boolean =>
  code === 300 || code === 399 || (code >= 10_090 && code <= 10_091) || code === DELAYED

/** Delayed prices come instead of live ones. */
export const DELAYED = 10_167

/** Tells the trader what prices do not come, once a session for each reason. */
export type PriceNotices = {
  readonly refused: (symbol: string, code: number, message: string) => void
  readonly beginSession: () => void
}

/** Many lines are refused at the same time: they are told of together. */
const TOGETHER_MS = 1_000
/** So many symbols are named; of the rest the number. */
const NAMED = 5

export function createPriceNotices({ clock, emit }: Pick<Context, 'clock' | 'emit'>): PriceNotices {
  let told = new Set<number>()
  const waiting = new Map<number, { readonly symbols: Set<string>; readonly message: string }>()
  const tell = (code: number): void => {
    const told = waiting.get(code)
    waiting.delete(code)
    if (told !== undefined) emit({ kind: 'notice', code, ...wordsOf(code, told) })
  }
  return {
    refused: (symbol, code, message) => {
      const known = waiting.get(code)
      if (known !== undefined) known.symbols.add(symbol)
      else if (!told.has(code)) {
        told.add(code)
        waiting.set(code, { symbols: new Set([symbol]), message })
        clock.after(TOGETHER_MS, () => tell(code))
      }
    },
    beginSession: () => {
      told = new Set()
      waiting.clear()
    },
  }
}

type Told = { readonly symbols: ReadonlySet<string>; readonly message: string }

function wordsOf(code: number, { symbols, message }: Told): { message: string; remedy: string } {
  const names = listOf([...symbols])
  if (code === DELAYED) {
    return {
      message: `Prices of ${names} come delayed: nobody has subscribed to the live ones.`,
      remedy: 'They are marked D. Subscribe to the data in Client Portal to have them live.',
    }
  }
  const { why, remedy } = refusalOf(code, message)
  return { message: `No prices of ${names}, because ${why}.`, remedy }
}

function listOf(names: readonly string[]): string {
  const rest = names.length - NAMED
  const named = names.slice(0, NAMED).join(', ')
  return rest > 0 ? `${named} and ${rest} more` : named
}
