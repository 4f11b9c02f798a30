import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { AccountView, LinkView } from '#shared/api/views.ts'
import { digitsOf, fixed, signed, toneOf } from '../format/number.ts'
import { momentOf, newYorkTimeOf, timeOf } from '../format/time.ts'
import { fromDay, lines } from '../format/where-from.ts'
import { choices } from '../stores/choices.ts'
import { asOf, isFresh } from '../stores/desk-state.ts'
import { chooseTheme, THEMES, type Theme } from '../theme/theme.ts'
import { tipOn } from '../widgets/tooltip.tsx'
import { useDesk, useNow, useWorkspace } from '../workspace/context.ts'
import { LinkPill } from './link-pill.tsx'

const REALM_SENTENCE: Record<LinkView['realm'], string> = {
  SIMULATED: 'The built-in simulated gateway: no broker, no real money.',
  PAPER: 'A paper trading account of the broker: no real money.',
  LIVE: 'A live account: real money. Truebook only reads; it never places an order.',
  UNKNOWN: 'Not yet known whether this is a paper or a live account.',
}

function Account() {
  const { desk } = useWorkspace()
  const accounts = useDesk((state) => state.told?.accounts) ?? []
  const account = useDesk((state) => state.told?.book?.account) ?? accounts[0]
  if (account === undefined) return <span className="account muted">No account yet</span>
  if (accounts.length < 2) return <strong className="account">{account}</strong>
  return (
    <select
      className="account"
      aria-label="Account"
      value={account}
      onChange={(event) => desk.show(event.target.value)}
    >
      {accounts.map((each) => (
        <option key={each}>{each}</option>
      ))}
    </select>
  )
}

function Realm() {
  const realm = useDesk((state) => state.told?.link.realm) ?? 'UNKNOWN'
  return (
    <span tabIndex={0} className={`realm ${realm.toLowerCase()}`} {...tipOn(REALM_SENTENCE[realm])}>
      {realm}
    </span>
  )
}

const EXECUTIONS = { master: 'Master', 'client-0': 'Client 0', polling: 'Polling' } as const

function Capabilities() {
  const capabilities = useDesk((state) => state.told?.link.capabilities)
  if (capabilities === null || capabilities === undefined) return null
  const words = [EXECUTIONS[capabilities.executions]]
  const isPolling = capabilities.executions === 'polling'
  return (
    <span
      tabIndex={0}
      className={`chip${isPolling ? ' warning' : ''}`}
      {...tipOn(capabilities.sentence)}
    >
      {[...words, ...(capabilities.readOnly ? ['Read-only'] : [])].join(' · ')}
    </span>
  )
}

/** Since when the account's figures are not followed; null while they are. */
function useStaleSince(): number | null {
  const fresh = useDesk(isFresh)
  const at = useDesk(asOf)
  return fresh ? null : at
}

const NO_ACCOUNT: AccountView = {
  ...{ baseCurrency: null, netLiquidation: null, unrealized: null, realized: null, at: null },
  daily: null,
  worth: null,
}

type FigureProps = {
  readonly title: string
  readonly value: string | null
  readonly isProfit: boolean
  readonly origin: (account: AccountView) => string
}

function Figure({ title, value, isProfit, origin }: FigureProps) {
  const account = useDesk((state) => state.told?.account) ?? NO_ACCOUNT
  const staleSince = useStaleSince()
  const digits = digitsOf(account.baseCurrency ?? 'USD')
  const text = isProfit ? signed(value, digits) : fixed(value, digits)
  const tip = lines(
    origin(account),
    staleSince === null ? null : `Not followed since ${timeOf(staleSince)}.`,
  )
  return (
    <div tabIndex={0} className="figure" {...tipOn(tip)}>
      <span className="figure-title">{title}</span>
      <span className={`figure-value ${isProfit ? toneOf(text) : 'none'}`}>{text}</span>
    </div>
  )
}

const fromBroker = (value: string | null) => (account: AccountView) =>
  value === null
    ? 'The broker has not reported it yet.'
    : lines(
        `${value} ${account.baseCurrency ?? ''}, the broker’s account value.`,
        `As of ${momentOf(account.at)}.`,
      )

/** Whose the day's P&L is, since when, and what it leaves out. */
function fromToday({ worth, baseCurrency, daily: told }: AccountView): string {
  const daySince = worth?.dailySince ?? null
  const { amount, excluded } = worth?.daily ?? { amount: null, excluded: [] }
  return lines(
    amount === null
      ? null
      : `${amount} ${baseCurrency ?? ''}, before commission, at today’s rates.`,
    fromDay({ daySince }),
    daySince !== null && excluded.length > 0
      ? `Excluding ${excluded.length}, for want of a price or a rate, now or when the day began.`
      : null,
    told === null
      ? 'TWS has not told its own.'
      : `TWS says ${told}: its day begins when its portfolio window is reset.`,
  )
}

/** What the ledger's positions made today, beside the broker's own figures. */
function Figures() {
  const account = useDesk((state) => state.told?.account) ?? NO_ACCOUNT
  const { baseCurrency, netLiquidation, unrealized, realized, worth } = account
  const daily = worth?.daily.amount ?? null
  const left = daily === null ? 0 : (worth?.daily.excluded.length ?? 0)
  const titled = (title: string, value: string | null) =>
    value === null ? title : `${title} ${baseCurrency ?? ''}`
  const told = (title: string, value: string | null) => ({
    ...{ title: titled(title, value), value, origin: fromBroker(value) },
  })
  const dailyTitle = left === 0 ? 'Daily' : `Daily excl. ${left}`
  return (
    <div className="figures">
      <FiguresAsOf />
      <Figure {...told('Net Liq', netLiquidation)} isProfit={false} />
      <Figure title={titled(dailyTitle, daily)} value={daily} isProfit origin={fromToday} />
      <Figure {...told('Unrealized', unrealized)} isProfit />
      <Figure {...told('Realized', realized)} isProfit />
    </div>
  )
}

/** Said once beside the figures: they are not what the account is worth now. */
function FiguresAsOf() {
  const staleSince = useStaleSince()
  return staleSince === null ? null : <span className="as-of">as of {timeOf(staleSince)}</span>
}

function Clocks() {
  const now = useNow()
  return (
    <div className="clocks" role="group" aria-label="Clocks">
      <span>
        {timeOf(now)} <small>Local</small>
      </span>
      <span>
        {newYorkTimeOf(now)}{' '}
        <small>
          N<span className="wide-only">ew </span>Y<span className="wide-only">ork</span>
        </small>
      </span>
    </div>
  )
}

const THEME_FACE: Record<Theme, { readonly glyph: string; readonly words: string }> = {
  system: { glyph: '◐', words: 'as the system' },
  dark: { glyph: '●', words: 'dark' },
  light: { glyph: '○', words: 'light' },
}

/** One press leads to the next theme: as the system, dark, light. */
function ThemeSwitch() {
  const theme = useStore(choices, (state) => state.theme)
  const { glyph, words } = THEME_FACE[theme]
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  return (
    <button
      type="button"
      className="theme-switch"
      aria-label={`Theme: ${words}`}
      onClick={() => chooseTheme(next)}
      {...tipOn(`Theme: ${words}. Press for ${THEME_FACE[next].words}.`)}
    >
      {glyph}
    </button>
  )
}

export function TopBar({ menu }: { readonly menu: ReactNode }) {
  return (
    <header className="top-bar" data-region="top">
      {menu}
      <Account />
      <Realm />
      <LinkPill />
      <Capabilities />
      <Figures />
      <Clocks />
      <ThemeSwitch />
    </header>
  )
}
