import { useEffect, useState } from 'react'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'

/** The demo desk that was opened in place of the real one says so, and how to go back. */
export function DemoBanner() {
  const { desk } = useWorkspace()
  const isSimulated = useDesk((state) => state.told?.link.realm === 'SIMULATED')
  const isCoreThere = useDesk((state) => state.core.kind === 'open')
  const [isOpened, setOpened] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const isAsked = isSimulated && isCoreThere
  useEffect(() => {
    if (!isAsked) return
    desk
      .ask((client) => client.demo.state())
      .then(
        (state) => setOpened(state.desk === 'opened'),
        () => undefined,
      )
  }, [desk, isAsked])
  if (!isAsked || !isOpened) return null
  return (
    <div role="status" className="banner question">
      <div className="banner-text">
        <strong>Demo desk.</strong> Everything here is simulated and is thrown away. The real desk
        is closed meanwhile.
        {problem === null ? null : <em className="problem"> {problem}</em>}
      </div>
      <div className="buttons">
        <Action onProblem={setProblem} run={() => desk.changeDesk('close')}>
          Back to the real desk
        </Action>
      </div>
    </div>
  )
}
