import { expect } from 'vitest'
import type { Browser, Locator, Page } from 'playwright-core'
import { averageOf } from './compare.ts'
import { exactly, type ExpectedBook } from './expected-book.ts'
import type { Client } from './workstation.ts'

const STRATEGIES = new Set(['MOMENTUM', 'MEANREV', 'CARRY', 'TREND', 'Unattributed'])
const LARGEST_ERROR = '1e-9'
const PATIENCE_MS = 20_000
const VIEWPORT = { width: 1366, height: 768 }

/** One row of a table as it is copied, by column title. */
export type CopiedRow = ReadonlyMap<string, string>

/** The screen in a real browser, read as a person with a keyboard reads it. */
export type Screen = {
  readonly page: Page
  /** What the console and the content security policy have said; empty is well. */
  readonly noise: readonly string[]
  readonly pill: () => Promise<string>
  readonly banner: (text: string | RegExp) => Locator
  readonly button: (name: string | RegExp) => Locator
  /** Rows a screen reader counts in the table, without the header. */
  readonly rowCount: (table: Table) => Promise<number>
  readonly row: (table: Table, index: number) => Locator
  /** The text of a strategy's cell, once the table shows only what matches the filter. */
  readonly cell: (key: string, column: string) => Promise<string | null>
  readonly filter: (text: string) => Promise<void>
  /** Every row of a table, drawn or not, with all digits. */
  readonly copied: (table: 'Positions' | 'Fills') => Promise<readonly CopiedRow[]>
  readonly close: () => Promise<void>
}

type Table = 'positions' | 'fills'

const TELL_VIOLATIONS = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('violates the policy: ' + event.violatedDirective + ' ' + event.blockedURI))`

export async function openScreen(browser: Browser, url: string): Promise<Screen> {
  const context = await browser.newContext({
    viewport: VIEWPORT,
    colorScheme: 'dark',
    reducedMotion: 'reduce',
  })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()')
  const screen = await watch(page, { clipboard, close: () => context.close() })
  await page.goto(url)
  return screen
}

/** The screen in a window that is open already; it is loaded anew to hear all it has to say. */
export async function lookAtScreen(page: Page, around: Around): Promise<Screen> {
  await page.setViewportSize(VIEWPORT)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  const screen = await watch(page, around)
  await page.reload()
  return screen
}

type Around = {
  /** What lies on the clipboard, as the shell's owner reads it. */
  readonly clipboard: () => Promise<string>
  readonly close: () => Promise<void>
}

async function watch(page: Page, { clipboard, close }: Around): Promise<Screen> {
  await page.addInitScript(TELL_VIOLATIONS)
  page.setDefaultTimeout(PATIENCE_MS)
  const noise: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) noise.push(message.text())
  })
  page.on('pageerror', (error) => noise.push(error.message))
  const grid = (table: Table): Locator => page.locator(`[data-focus="${table}"]`)
  return {
    page,
    noise,
    pill: async () => (await page.locator('.pill').textContent()) ?? '',
    banner: (text) => page.locator('.banner').filter({ hasText: text }),
    button: (name) => page.getByRole('button', { name, exact: typeof name === 'string' }),
    rowCount: async (table) => Number(await grid(table).getAttribute('aria-rowcount')) - 1,
    row: (table, index) => grid(table).locator(`[role="row"][aria-rowindex="${index + 2}"]`),
    cell: (key, column) => page.locator(`[id="positions:${key}:${column}"] .cut`).textContent(),
    filter: (text) => page.locator('[data-filter="positions"]').fill(text),
    copied: (table) => copied(page, table, clipboard),
    close,
  }
}

async function copied(
  page: Page,
  table: string,
  clipboard: Around['clipboard'],
): Promise<readonly CopiedRow[]> {
  const panel = page.getByRole('toolbar', { name: `${table} tools`, exact: true })
  await panel.getByRole('button', { name: 'Copy', exact: true }).click()
  await panel.getByRole('button', { name: /^Copied \d+$/ }).waitFor()
  const text = await clipboard()
  const [titles = [], ...rows] = text.split('\n').map((line) => line.split('\t'))
  return rows.map((cells) => new Map(titles.map((title, index) => [title, cells[index] ?? ''])))
}

type Shown = { readonly quantity: string; readonly average: string }

/** The strategies' rows by `<title>|<strategy>`: a symbol's row stands above its strategies'. */
function byStrategy(rows: readonly CopiedRow[]): ReadonlyMap<string, Shown> {
  const shown = new Map<string, Shown>()
  let title = ''
  for (const row of rows) {
    const name = row.get('Symbol') ?? ''
    if (!STRATEGIES.has(name)) title = name
    else {
      const [quantity = '', average = ''] = [row.get('Qty'), row.get('Avg Cost')]
      shown.set(`${title}|${name}`, { quantity, average })
    }
  }
  return shown
}

/** What the table of positions shows and the record does not say, as sentences. */
export async function differencesInTable(
  screen: Screen,
  client: Client,
  book: ExpectedBook,
): Promise<readonly string[]> {
  const known = await client.positions.list({})
  const shown = byStrategy(await screen.copied('Positions'))
  const wrong: string[] = []
  for (const row of known) {
    const strategy = row.strategy === 'UNATTRIBUTED' ? 'Unattributed' : row.strategy
    const title = row.name.startsWith(row.symbol) ? row.name : row.symbol
    const seen = shown.get(`${title}|${strategy}`)
    const position = book.positions.get(row.key)
    if (position === undefined) wrong.push(`${row.key}: nobody traded it`)
    else if (seen === undefined) wrong.push(`${title} of ${strategy}: not on screen`)
    else if (!exactly(seen.quantity).equals(position.quantity))
      wrong.push(`${title} of ${strategy}: ${seen.quantity}, not ${position.quantity.toFixed()}`)
    else if (!isAverage(seen.average, averageOf(position, book, row.multiplier), strategy))
      wrong.push(`${title} of ${strategy}: average ${seen.average}`)
  }
  if (shown.size !== known.length) wrong.push(`${shown.size} of ${known.length} rows`)
  return wrong
}

/** What was held before the book is of unknown cost where it cannot be told. */
function isAverage(seen: string, wanted: ReturnType<typeof averageOf>, strategy: string): boolean {
  if (seen === '') return wanted === null || strategy === 'Unattributed'
  if (wanted === null) return false
  const error = exactly(seen).minus(wanted).abs()
  return error.lessThanOrEqualTo(wanted.abs().plus(1).times(LARGEST_ERROR))
}

/** A number as the screen writes it: grouped, and with a real minus. */
export function written(value: string, decimals?: number): string {
  const format = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals ?? 0,
    maximumFractionDigits: decimals ?? 20,
  })
  return format.format(value as `${number}`).replace('-', '\u2212')
}

/** Asserts once something is so, or shows what it is instead. */
export const until = (ask: () => Promise<unknown>): ReturnType<typeof expect.poll> =>
  expect.poll(ask, { timeout: 30_000 })
