import { useState, type ReactNode } from 'react'

type ActionProps = {
  readonly children: ReactNode
  readonly run: () => Promise<unknown>
  /** Told why when it fails, and null when it begins anew. */
  readonly onProblem?: (message: string | null) => void
  readonly kind?: 'primary' | 'plain'
}

/** A button of a command: it cannot be pressed twice while the core has not answered. */
export function Action({ children, run, onProblem, kind = 'plain' }: ActionProps) {
  const [isRunning, setRunning] = useState(false)
  const press = async () => {
    setRunning(true)
    onProblem?.(null)
    try {
      await run()
    } catch (error) {
      onProblem?.(error instanceof Error ? error.message : String(error))
    } finally {
      setRunning(false)
    }
  }
  return (
    <button
      type="button"
      className={`button ${kind}`}
      aria-disabled={isRunning}
      onClick={() => {
        if (!isRunning) void press()
      }}
    >
      {children}
    </button>
  )
}
