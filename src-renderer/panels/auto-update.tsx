import { useEffect, useState } from 'react'
import type { AutoUpdateView } from '#shared/api/auto-update-view.ts'
import { exact, fixed } from '../format/number.ts'
import { momentOf } from '../format/time.ts'
import { Action } from '../widgets/action.tsx'
import { useDesk, useWorkspace } from '../workspace/context.ts'

/** What settles small differences by itself: its limits, and what came of the last run. */
export function AutoUpdate() {
  const { desk } = useWorkspace()
  const run = useDesk((state) => state.told?.reconciliation?.lastRun?.id ?? null)
  const [view, setView] = useState<AutoUpdateView | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    if (run === null) return
    let isGone = false
    desk
      .ask((client, of) => client.autoUpdate.state(of))
      .then((told) => {
        if (!isGone) setView(told)
      })
      .catch((error: unknown) => {
        if (!isGone) setProblem(error instanceof Error ? error.message : String(error))
      })
    return () => {
      isGone = true
    }
  }, [desk, run])
  const turn = (isOn: boolean) => async () => {
    await desk.ask((client) => client.settings.change({ values: { autoUpdate: isOn } }))
    setView(await desk.ask((client, of) => client.autoUpdate.state(of)))
  }
  if (view === null) {
    return (
      <div className="message">
        <strong>Nothing has been compared yet</strong>
        <p>{problem ?? 'What would be settled by itself is shown after the first comparison.'}</p>
      </div>
    )
  }
  return (
    <div className="bridge">
      <div className="past-form" role="group" aria-label="Auto-update">
        <strong>{view.isOn ? 'Auto-update is on' : 'Auto-update is off'}</strong>
        <Action run={turn(!view.isOn)} onProblem={setProblem}>
          {view.isOn ? 'Turn off' : 'Turn on'}
        </Action>
        {problem === null ? null : (
          <span role="alert" className="problem">
            {problem}
          </span>
        )}
      </div>
      <p className="muted">
        Settles into UNATTRIBUTED what is of {view.secTypes.join(', ')}, at most{' '}
        {exact(view.quantityMax)} units and worth at most {fixed(view.notionalMax, 2)} in the base
        currency, once two comparisons agree on it. The limits are in the settings.
      </p>
      <LastRun view={view} />
    </div>
  )
}

function LastRun({ view: { lastRun } }: { readonly view: AutoUpdateView }) {
  if (lastRun === null) return <p>Nothing has been compared since the program began.</p>
  return (
    <>
      <p>
        {lastRun.stops ?? lastRun.sentence}{' '}
        <span className="muted">
          {lastRun.isOn ? '' : 'A dry run: nothing was written. '}
          {momentOf(lastRun.at)}
        </span>
      </p>
      {lastRun.actions.length === 0 ? null : (
        <table aria-label="What came of each break">
          <thead>
            <tr>
              <th scope="col">Symbol</th>
              <th scope="col" className="number">
                Difference
              </th>
              <th scope="col">Settled</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>
            {lastRun.actions.map(({ breakId, symbol, difference, isSettled, why }) => (
              <tr key={breakId}>
                <th scope="row">{symbol}</th>
                <td className="number">{exact(difference)}</td>
                <td>{isSettled ? 'Yes' : 'No'}</td>
                <td>{why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  )
}
