import type { implement } from '@orpc/server'
import { isBooked } from '#domain/fill.ts'
import {
  REATTRIBUTION_REFUSALS,
  type Chosen,
  type ReattributionPlan,
} from '#domain/reattribution.ts'
import { present } from '#shared/assert.ts'
import type { contract } from '#shared/api/contract.ts'
import { execRoot, strategyId } from '#shared/ids.ts'
import { millisOf } from '#shared/time.ts'
import type { Desk } from './desk.ts'
import { effectView } from './effect-row.ts'
import type { BookMemory } from './memory.ts'
import { opened, type Opened } from './opened.ts'
import { giveFills, previewReattribution, takeFillsBack, type Gave } from './reattributing.ts'
import { accepted, refuse } from './refuse.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** Giving past fills to another strategy, and the journal of all commands. */
export function attributionRoutes(os: Implementer, desk: Desk) {
  const placeOf = ({ book }: Opened) => ({ ledger: book.ledger, clock: desk.settings.clock })
  return {
    preview: os.attribution.preview.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      const { memory } = of.book
      const wanted = { chosen: chosenIn(input), to: strategyId(input.to) }
      const plan = await accepted(() => previewReattribution(placeOf(of), wanted, memory))
      if (!plan.ok) refuse(REATTRIBUTION_REFUSALS[plan.error])
      return given(plan.value, wanted.chosen, memory)
    }),
    apply: os.attribution.apply.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      const { reason, expected = null } = input
      const chosen = chosenIn(input)
      const gave: Gave = { command: '', plan: null }
      const giving = { chosen, to: strategyId(input.to), reason, expected }
      await accepted(() => of.account.command(giveFills(placeOf(of), giving, gave)))
      return { command: gave.command, ...given(planOf(gave), chosen, of.book.memory) }
    }),
    undo: os.attribution.undo.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      const gave: Gave = { command: '', plan: null }
      await accepted(() => of.account.command(takeFillsBack(placeOf(of), input.command, gave)))
      return { command: gave.command, ...given(planOf(gave), null, of.book.memory) }
    }),
    history: os.attribution.history.handler(async ({ input }) => {
      const { ledger } = opened(desk, input.account).book
      const commands = await ledger.history.reattributions(input.limit)
      return commands.map(({ recordedAt, from, to, ...rest }) => ({
        ...rest,
        ...{ at: millisOf(recordedAt), from: [...from], to: [...to] },
      }))
    }),
  }
}

/** A page of the journal. */
export function journalRoutes(os: Implementer, desk: Desk) {
  return {
    list: os.journal.list.handler(async ({ input }) => {
      const { ledger } = opened(desk, input.account).book
      const { before = null, limit } = input
      const entries = await ledger.history.journal({ before, limit })
      return entries.map((entry) => ({ ...entry, at: millisOf(entry.at) }))
    }),
  }
}

const planOf = ({ plan }: Gave): ReattributionPlan => present(plan, 'the plan that was written')

type ChoiceInput = {
  readonly fillIds?: readonly string[] | undefined
  readonly orderRef?: string | undefined
}

const chosenIn = ({ fillIds = [], orderRef }: ChoiceInput): Chosen =>
  orderRef === undefined ? { fillIds: fillIds.map(execRoot) } : { orderRef }

const LATER =
  'Fills of this orderRef that come later still follow the attribution rules: change those in ' +
  'the settings.'

function given(plan: ReattributionPlan, chosen: Chosen | null, memory: BookMemory) {
  const unbooked = plan.fills.filter((fill) => !isBooked(fill, memory.openingMoment)).length
  return {
    fills: plan.rows.length,
    effects: plan.effects.map((effect) => effectView(effect, memory)),
    says: [
      ...(unbooked === 0 ? [] : [inNoPosition(unbooked)]),
      ...(chosen !== null && 'orderRef' in chosen ? [LATER] : []),
    ],
  }
}

const inNoPosition = (count: number): string =>
  `${count === 1 ? 'One of them is' : `${count} of them are`} in no position (a conversion, a ` +
  'combo, or contained in the opening position): only whose it is changes.'
