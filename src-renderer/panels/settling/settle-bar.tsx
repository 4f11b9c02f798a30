import { useState, type ReactNode } from 'react'
import { Action } from '../../widgets/action.tsx'

type BarProps = {
  /** What the button does: `Settle`. */
  readonly label: string
  /** Why it cannot be done now; null when it can. */
  readonly why: string | null
  /** What is asked before it is done; null: it is done at once. */
  readonly question: string | null
  readonly run: () => Promise<unknown>
  readonly children?: ReactNode
}

/** The foot of a settlement: what stands in the way, what is asked once more, and the button. */
export function SettleBar({ label, why, question, run, children }: BarProps) {
  const [isAsked, setAsked] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const isReady = why === null
  const go = async () => {
    setAsked(false)
    await run()
  }
  if (isReady && isAsked && question !== null) {
    return (
      <div className="dialog-foot" role="group" aria-label="Confirm">
        <span className="foot-says warning" role="alert">
          {question}
        </span>
        <button type="button" className="button" onClick={() => setAsked(false)}>
          No, keep
        </button>
        <Action kind="primary" run={go} onProblem={setProblem}>
          Yes, {label.toLowerCase()}
        </Action>
      </div>
    )
  }
  return (
    <div className="dialog-foot">
      {children}
      <span className="foot-says muted" role="status">
        {problem === null || !isReady ? why : <em className="problem">{problem}</em>}
      </span>
      {isReady && question === null ? (
        <Action kind="primary" run={go} onProblem={setProblem}>
          {label}
        </Action>
      ) : (
        <button
          type="button"
          className="button primary"
          aria-disabled={!isReady}
          onClick={() => {
            if (isReady) setAsked(true)
          }}
        >
          {label}
        </button>
      )}
    </div>
  )
}
