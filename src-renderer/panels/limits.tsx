import { useEffect, useState } from 'react'
import type { ScopeView } from '#shared/api/drawdown.ts'
import type { DrawdownLimitSetting } from '#shared/settings.ts'
import { strategyName } from '../stores/holding.ts'
import {
  EVERY_SCOPE,
  limitsTyped,
  shownLimit,
  typeLimit,
  type LimitOf,
  type TypedLimit,
  type TypedLimits,
} from '../stores/limits.ts'
import { toast } from '../stores/toasts.ts'
import { Action } from '../widgets/action.tsx'
import { DialogButton } from '../widgets/dialog.tsx'
import { useWorkspace } from '../workspace/context.ts'
import type { Client } from '../desk.ts'
import { PERIODS } from './drawdown-words.ts'
import { Choice } from './settling/fields.tsx'

const ACCOUNT_SCOPE = 'account'
const PERIOD_KEYS = ['total', 'weekly', 'daily'] as const
const COLUMNS: readonly (readonly [keyof TypedLimit, string])[] = [
  ['warning', 'Warning'],
  ['breach', 'Breach'],
  ['hysteresis', 'Hysteresis'],
]

type LimitsProps = {
  readonly scopes: readonly ScopeView[]
  /** Whose limits are shown first, as a gauge's scope. */
  readonly of: string
  readonly currency: string | null
  readonly onWritten: () => void
}

/** A button, and the dialog in which the limits of the account and of strategies are set. */
export function Limits(props: LimitsProps) {
  return (
    <DialogButton label="Limits…" title="Drawdown limits">
      {(close) => (
        <LimitsForm
          {...props}
          onWritten={() => {
            close()
            props.onWritten()
          }}
        />
      )}
    </DialogButton>
  )
}

/** The scopes limits are set for, as the settings call them, with what the screen calls them. */
function scopesOf(views: readonly ScopeView[]): readonly (readonly [string, string])[] {
  const account = views.find(({ scope }) => scope === ACCOUNT_SCOPE)?.name ?? 'the account'
  const names = views.filter(({ scope }) => scope !== ACCOUNT_SCOPE).map(({ name }) => name)
  // What the settings mean by these two names is no strategy.
  const own = names.filter((name) => name !== ACCOUNT_SCOPE && name !== EVERY_SCOPE)
  return [
    [ACCOUNT_SCOPE, account],
    [EVERY_SCOPE, 'Every strategy'],
    ...own.map((name) => [name, strategyName(name)] as const),
  ]
}

async function askLimits(client: Client): Promise<readonly DrawdownLimitSetting[]> {
  const settings = await client.settings.get()
  const { value } = settings.find(({ key }) => key === 'drawdownLimits') ?? {}
  return (value ?? []) as readonly DrawdownLimitSetting[]
}

/** The limits in force; null until they are told. */
function useSetLimits(onProblem: (problem: string) => void) {
  const { desk } = useWorkspace()
  const [set, setSet] = useState<readonly DrawdownLimitSetting[] | null>(null)
  useEffect(() => {
    let isHere = true
    desk.ask(askLimits).then(
      (told) => isHere && setSet(told),
      (error: unknown) =>
        isHere && onProblem(error instanceof Error ? error.message : String(error)),
    )
    return () => {
      isHere = false
    }
  }, [desk, onProblem])
  return set
}

function LimitsForm({ scopes, of, currency, onWritten }: LimitsProps) {
  const { desk } = useWorkspace()
  const [problem, setProblem] = useState<string | null>(null)
  const set = useSetLimits(setProblem)
  const [typed, type] = useState<TypedLimits>(new Map())
  const [scope, setScope] = useState(of)
  const [measure, setMeasure] = useState<LimitOf['measure']>('percent')
  const offered = scopesOf(scopes)
  const nameOf = (one: LimitOf) =>
    `${PERIODS[one.period]} of ${offered.find(([key]) => key === one.scope)?.[1] ?? one.scope}`
  const write = async () => {
    // Asked anew: what was changed elsewhere meanwhile stays.
    const read = limitsTyped(await desk.ask(askLimits), typed, nameOf)
    if (!read.ok) throw new Error(read.error)
    const values = { drawdownLimits: read.value }
    const { overridden } = await desk.ask((client) => client.settings.change({ values }))
    for (const { sentence } of overridden) toast(sentence, true)
    toast('The drawdown limits count from now on.')
    onWritten()
  }
  const unit = measure === 'percent' ? '%' : (currency ?? 'money')
  return (
    <form className="allocate-form" onSubmit={(event) => event.preventDefault()}>
      <div className="give-fields">
        <Choice label="Whose" value={scope} options={offered} onChange={setScope} />
        <Choice
          label="Measured in"
          value={measure}
          options={[
            ['percent', 'Percent of the peak'],
            ['money', `Money lost${currency === null ? '' : `, ${currency}`}`],
          ]}
          onChange={setMeasure}
        />
      </div>
      {set === null ? null : <LimitTable {...{ set, typed, scope, measure, unit }} onType={type} />}
      <p className="muted">{hintOf(scope, measure)}</p>
      {problem === null ? null : (
        <span role="alert" className="problem">
          {problem}
        </span>
      )}
      <div className="buttons">
        <Action kind="primary" run={write} onProblem={setProblem}>
          Set limits
        </Action>
      </div>
    </form>
  )
}

/** What an empty field means, and when a mark is told again. */
function hintOf(scope: string, measure: LimitOf['measure']): string {
  const told =
    'Each mark is told once, and again after the drawdown went back below it by the hysteresis.'
  if (scope === ACCOUNT_SCOPE) return told
  const capital =
    measure === 'percent' ? ' A strategy without capital has no percent: limit its money.' : ''
  const empty =
    scope === EVERY_SCOPE
      ? ' They count for each strategy that has no limit of its own.'
      : ' An empty line leaves it to the limit of every strategy.'
  return `${told}${empty}${capital}`
}

type TableProps = {
  readonly set: readonly DrawdownLimitSetting[]
  readonly typed: TypedLimits
  readonly scope: string
  readonly measure: LimitOf['measure']
  readonly unit: string
  readonly onType: (typed: TypedLimits) => void
}

function LimitTable({ set, typed, scope, measure, unit, onType }: TableProps) {
  return (
    <table className="codes limits" aria-label="Limits">
      <thead>
        <tr>
          <td />
          {COLUMNS.map(([mark, title]) => (
            <th key={mark} scope="col">
              {title}, {unit}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {PERIOD_KEYS.map((period) => {
          const of = { scope, period, measure }
          const shown = shownLimit(set, typed, of)
          const isOwn = scope === ACCOUNT_SCOPE || scope === EVERY_SCOPE
          const others = isOwn ? null : shownLimit(set, typed, { ...of, scope: EVERY_SCOPE })
          return (
            <LimitLine
              key={period}
              {...{ period, shown, others }}
              onType={(limit) => onType(typeLimit(typed, of, limit))}
            />
          )
        })}
      </tbody>
    </table>
  )
}

type LineProps = {
  readonly period: LimitOf['period']
  readonly shown: TypedLimit
  /** What counts while the line is empty; null: nothing. */
  readonly others: TypedLimit | null
  readonly onType: (limit: TypedLimit) => void
}

function LimitLine({ period, shown, others, onType }: LineProps) {
  const isEmpty = COLUMNS.every(([mark]) => shown[mark] === '')
  return (
    <tr>
      <th scope="row">{PERIODS[period]}</th>
      {COLUMNS.map(([mark, title]) => (
        <td key={mark} className="field">
          <input
            aria-label={`${PERIODS[period]}: ${title.toLowerCase()}`}
            value={shown[mark]}
            placeholder={isEmpty ? others?.[mark] || 'none' : 'none'}
            inputMode="decimal"
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onType({ ...shown, [mark]: event.target.value })}
          />
        </td>
      ))}
    </tr>
  )
}
