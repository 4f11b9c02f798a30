import type { Log } from '#ports/log.ts'
import type { RunReason } from '#shared/run.ts'
import type { Account } from './account.ts'
import { DONE, forEach, skipped, type Jobs, type Verdict } from './jobs.ts'
import type { PriceCache } from './price-cache.ts'

const SUMMARY_MS = 60_000

type Place = {
  readonly settings: { readonly log: Log }
  readonly jobs: Jobs
  readonly accounts: readonly Account[]
  readonly prices: PriceCache
}

/** Saves last prices, and what the broker says the accounts are worth, again and again. */
export class Savings {
  readonly #desk: Place

  constructor(desk: Place) {
    this.#desk = desk
    this.#define('price-flush', () => this.#savePrices())
    this.#define('summary', () => this.#saveSummaries())
  }

  #define(name: 'price-flush' | 'summary', save: () => Promise<Verdict>): void {
    const { jobs, settings } = this.#desk
    jobs.define(name, {
      obstacle: () => {
        const hasBook = this.#desk.accounts.some(({ book }) => book !== null)
        return hasBook ? null : 'No ledger is open yet: connect to TWS or Gateway first.'
      },
      work: async (reason: RunReason) => {
        try {
          await jobs.run({ name, reason }, save, (verdict) => verdict)
        } catch (error) {
          settings.log.warn('Something could not be saved', { name, why: String(error) })
        }
      },
    })
  }

  start(priceFlushMs: number): void {
    this.flushPricesEvery(priceFlushMs)
    this.#desk.jobs.every('summary', SUMMARY_MS)
  }

  /** How often last prices are saved from now on. */
  flushPricesEvery(everyMs: number): void {
    this.#desk.jobs.every('price-flush', everyMs)
  }

  /** Hands over what is not saved yet; it is written before the ledgers are closed. */
  stop(): void {
    const quotes = this.#desk.prices.takeUnsaved()
    for (const account of this.#desk.accounts) account.savePrices(quotes)
  }

  async #savePrices(): Promise<Verdict> {
    const quotes = this.#desk.prices.takeUnsaved()
    if (quotes.length === 0) return skipped('No price has changed since the last time.')
    await forEach(this.#desk.accounts, (account) => {
      account.savePrices(quotes)
      return account.written()
    })
    return DONE
  }

  async #saveSummaries(): Promise<Verdict> {
    const told = this.#desk.accounts.filter((account) => account.saveSummary())
    if (told.length === 0) return skipped('The broker has not told what the account is worth.')
    await forEach(told, (account) => account.written())
    return DONE
  }
}
