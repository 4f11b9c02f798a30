import type { implement } from '@orpc/server'
import type { SettlePlan } from '#domain/settlement.ts'
import { TRANSFER_REFUSALS } from '#domain/transfer.ts'
import type { contract } from '#shared/api/contract.ts'
import { present } from '#shared/assert.ts'
import { conId, strategyId } from '#shared/ids.ts'
import { decimal, type DecimalString } from '#shared/money.ts'
import type { Desk } from './desk.ts'
import { effectView } from './effect-row.ts'
import type { BookMemory } from './memory.ts'
import { opened, type Opened } from './opened.ts'
import { accepted, refuse } from './refuse.ts'
import { positionRows } from './screen.ts'
import { previewTransfer, transferHolding, type Transferred } from './transferring.ts'

type Implementer = ReturnType<typeof implement<typeof contract>>

/** What is held, and moving it between strategies. */
export function positionRoutes(os: Implementer, desk: Desk) {
  const placeOf = ({ book }: Opened) => ({ ledger: book.ledger, clock: desk.settings.clock })
  return {
    list: os.positions.list.handler(({ input }) =>
      positionRows(desk, opened(desk, input.account).account),
    ),
    transferPreview: os.positions.transferPreview.handler(({ input }) => {
      const of = opened(desk, input.account)
      const { memory } = of.book
      const wanted = { transfer: transferIn(input), reason: '' }
      const plan = previewTransfer(placeOf(of), wanted, memory)
      return plan.ok ? transferred(plan.value, memory) : refuse(TRANSFER_REFUSALS[plan.error])
    }),
    transfer: os.positions.transfer.handler(async ({ input }) => {
      const of = opened(desk, input.account)
      const done: Transferred = { command: '', plan: null }
      const wanted = { transfer: transferIn(input), reason: input.reason }
      await accepted(() => of.account.command(transferHolding(placeOf(of), wanted, done)))
      const plan = present(done.plan, 'the plan that was written')
      return { command: done.command, ...transferred(plan, of.book.memory) }
    }),
  }
}

type TransferInput = {
  readonly conId: number
  readonly from: string
  readonly to: string
  readonly quantity: DecimalString
}

const transferIn = ({ conId: id, from, to, quantity }: TransferInput) => ({
  conId: conId(id),
  from: strategyId(from),
  to: strategyId(to),
  quantity: decimal(quantity),
})

const transferred = ({ effects, says }: SettlePlan, memory: BookMemory) => ({
  effects: effects.map((effect) => effectView(effect, memory)),
  says: [...says],
})
