import { describe, expect, it } from 'vitest'
import { slotOf, type Slot } from '#domain/slot.ts'
import { conId, execId, execRoot, strategyId } from '#shared/ids.ts'
import { quantity } from '#shared/money.ts'
import { aFill, anExecution, secondsIn, SPY } from '../../fakes/builders.ts'
import { changes, inFolder, openIn } from './folder.ts'

type Over = Parameters<typeof anExecution>[0] & { readonly strategy?: string }

const fill = (id: string, { strategy = 'momentum', ...over }: Over) => ({
  ...aFill(),
  fillId: execRoot(id),
  strategy: strategyId(strategy),
  execution: anExecution({ execId: execId(`${id}.01`), ...over }),
})

describe('the fills of an instrument, page by page', () => {
  it('come in slot order whatever their strategy, each once', () =>
    inFolder(async (folder) => {
      const ledger = await openIn(folder)
      const second = { executedAt: secondsIn(2) }
      const fills = [
        fill('e', { executedAt: secondsIn(3), strategy: 'carry' }),
        fill('d', { ...second, cumulativeQuantity: quantity('20.5') }),
        fill('b', { ...second, cumulativeQuantity: quantity('9.000000000000000001') }),
        fill('c', { ...second, cumulativeQuantity: quantity('9.000000000000000002') }),
        fill('a', { executedAt: secondsIn(1), strategy: 'carry' }),
        fill('x', { executedAt: secondsIn(1), conId: conId(4711) }),
      ]
      await ledger.commit(changes({ newFills: fills }))
      const pages: string[] = []
      let after: Slot | null = null
      for (;;) {
        const page = await ledger.fillsAfter(SPY, after, 2)
        pages.push(page.map(({ fillId }) => fillId).join(''))
        const last = page.at(-1)
        if (last === undefined || page.length < 2) break
        after = slotOf(last)
      }
      expect(pages).toEqual(['ab', 'cd', 'e'])
      await ledger.close()
    }))
})
