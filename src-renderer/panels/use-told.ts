import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../desk.ts'
import { useDesk, useWorkspace } from '../workspace/context.ts'

/** How often what is no part of the live stream is asked for while its panel is in front. */
const EVERY_MS = 2_000

export type Asked<Answer> = {
  /** Null until the first answer; an answer stays while the core cannot be asked. */
  readonly answer: Answer | null
  readonly problem: string | null
  /** Asks at once, as after a command. */
  readonly again: () => void
}

/** What the core answers, asked again and again while the panel is drawn. */
export function useTold<Answer>(
  ask: (client: Client, of: { account?: string }) => Promise<Answer>,
): Asked<Answer> {
  const { desk } = useWorkspace()
  const account = useDesk((state) => state.told?.book?.account)
  const [told, tell] = useState<Omit<Asked<Answer>, 'again'>>({ answer: null, problem: null })
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isHere = true
    const look = () =>
      desk.ask(ask).then(
        (answer) => isHere && tell({ answer, problem: null }),
        (error: unknown) => {
          const problem = error instanceof Error ? error.message : String(error)
          if (isHere) tell((before) => ({ ...before, problem }))
        },
      )
    void look()
    const timer = setInterval(() => void look(), EVERY_MS)
    return () => {
      isHere = false
      clearInterval(timer)
    }
  }, [desk, ask, account, turn])
  return { ...told, again: useCallback(() => setTurn((before) => before + 1), []) }
}
