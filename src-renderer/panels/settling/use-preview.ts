import { useEffect, useRef, useState } from 'react'
import type { SettleOutcome } from '#shared/api/settle-views.ts'
import { useWorkspace } from '../../workspace/context.ts'
import { previewOf, type Job } from './jobs.ts'

export type Preview = {
  /** What it was asked for: what is settled is what was shown. */
  readonly jobs: readonly Job[]
  /** Null while the core has not answered. */
  readonly outcomes: readonly SettleOutcome[] | null
  /** Why there is no answer; null when there is one, or none yet. */
  readonly problem: string | null
  /** Either side moved since a preview of the same settlement was shown. */
  readonly hasMoved: boolean
}

/** Typing rests for a moment before the core is asked. */
const AT_REST_MS = 250
/** A break that has moved is told by the next message: then it can be previewed again. */
const AGAIN_MS = 1000

const NOTHING: readonly Job[] = []
const settlementsIn = (jobs: readonly Job[]): string =>
  JSON.stringify(jobs.map(({ settlement, breaks }) => [settlement, breaks.map((b) => b.breakId)]))

/**
 * Previews whatever is chosen, and anew by itself when either side moves: by the revision of the
 * break on screen, or because the core refuses the one that was shown.
 */
export function usePreview(wanted: readonly Job[], isConnected: boolean) {
  const { desk } = useWorkspace()
  const [preview, setPreview] = useState<Preview | null>(null)
  const [turn, setTurn] = useState(0)
  const shown = useRef<string | null>(null)
  const jobs = isConnected ? wanted : NOTHING
  const key = JSON.stringify(jobs)
  useEffect(() => {
    if (jobs.length === 0) return undefined
    let isOver = false
    let again: ReturnType<typeof setTimeout> | undefined
    const settlements = settlementsIn(jobs)
    const tell = (change: Pick<Preview, 'outcomes' | 'problem'>, isStale: boolean) => {
      if (isOver) return
      const hasMoved = isStale || shown.current === settlements
      shown.current = settlements
      setPreview({ jobs, hasMoved, ...change })
      if (isStale) again = setTimeout(() => setTurn((was) => was + 1), AGAIN_MS)
    }
    const ask = async () => {
      try {
        const outcomes = await previewOf(desk.ask, jobs)
        tell(
          { outcomes, problem: null },
          outcomes.some(({ isStale }) => isStale),
        )
      } catch (error) {
        tell({ outcomes: null, problem: error instanceof Error ? error.message : '' }, false)
      }
    }
    const waiting = setTimeout(() => void ask(), AT_REST_MS)
    return () => {
      isOver = true
      clearTimeout(waiting)
      clearTimeout(again)
    }
    // The jobs are told apart by what they say.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [desk, key, turn])
  const isCurrent = preview !== null && JSON.stringify(preview.jobs) === key
  return {
    /** Of what is chosen now; null while it is asked for, and when nothing is. */
    preview: isCurrent && jobs.length > 0 ? preview : null,
    isAsking: jobs.length > 0 && !isCurrent,
    /** Asks again, as when a settlement was refused because either side moved. */
    again: () => setTurn((was) => was + 1),
  }
}
