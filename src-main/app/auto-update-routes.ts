import type { implement } from '@orpc/server'
import type { AutoUpdateView } from '#shared/api/auto-update-view.ts'
import type { contract } from '#shared/api/contract.ts'
import { text, textOrNull } from '#shared/money.ts'
import type { AutoUpdateRun } from './auto-updates.ts'
import type { Desk } from './desk.ts'
import type { BookMemory } from './memory.ts'
import { opened } from './opened.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** What settles by itself. */
export const autoUpdateRoutes = (os: Implementer, desk: Desk) => ({
  state: os.autoUpdate.state.handler(({ input }): AutoUpdateView => {
    const { account, book } = opened(desk, input.account)
    const { isOn, secTypes, quantityMax, notionalMax } = desk.autoUpdates.settings
    const last = desk.autoUpdates.last(account.id)
    return {
      isOn,
      secTypes: [...secTypes],
      quantityMax: text(quantityMax),
      notionalMax: text(notionalMax),
      lastRun: last === null ? null : runView(last, book.memory),
    }
  }),
})

const runView = (
  { at, isOn, sentence, stops, actions }: AutoUpdateRun,
  memory: BookMemory,
): NonNullable<AutoUpdateView['lastRun']> => ({
  ...{ at, isOn, sentence, stops },
  actions: actions.map(({ break: { id, conId, currency, difference }, settlement, why }) => ({
    breakId: id,
    symbol: (conId === null ? null : memory.instruments.get(conId)?.symbol) ?? currency ?? id,
    difference: textOrNull(difference),
    isSettled: isOn && settlement !== null,
    why,
  })),
})
