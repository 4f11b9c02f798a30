import { exact } from '../format/number.ts'
import type { ByHand } from '../stores/giving.ts'
import { strategyName } from '../stores/holding.ts'
import { useWorkspace } from '../workspace/context.ts'
import { done, Question, usePreview } from './give-question.tsx'
import { transferTitle } from './settling/words.ts'

type GiveByHandProps = { readonly move: ByHand; readonly page: Document }

/** Moves what was closed by hand to the strategy it closed, once it was seen what that does. */
export function GiveByHand({ move, page }: GiveByHandProps) {
  const { desk } = useWorkspace()
  const { symbol, ...wanted } = move
  const ask = () => desk.ask((client, of) => client.positions.transferPreview({ ...of, ...wanted }))
  const answer = usePreview(ask, JSON.stringify(wanted))
  const run = async () => {
    const { command } = await desk.ask((client, of) =>
      client.positions.transfer({ ...of, ...wanted }),
    )
    done(`Moved ${exact(move.quantity)} ${symbol} to ${strategyName(move.to)}.`, {
      command,
      run: () => desk.ask((client, of) => client.reconcile.undo({ ...of, command })),
    })
  }
  return (
    <Question
      name="Transfer what was closed by hand"
      title={`${symbol}: ${transferTitle(move)}`}
      {...{ page, answer, missing: null, run }}
      verb="Transfer"
    >
      <p className="muted">It moves at its cost, and closes what stands on the other side.</p>
    </Question>
  )
}
