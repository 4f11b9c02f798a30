import { useMemo, useState } from 'react'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { SettlementInput, SettleOutcome } from '#shared/api/settle-views.ts'
import type { Result } from '#shared/result.ts'
import { leaveBreaks, lookAtBreaks } from '../../stores/settling.ts'
import { Action } from '../../widgets/action.tsx'
import { Dialog, DialogHead } from '../../widgets/dialog.tsx'
import { useDesk, useWorkspace } from '../../workspace/context.ts'
import { FIELD, figure } from '../break-columns.ts'
import { whyAsked } from './confirmation.ts'
import { exDateZone } from './ex-date.ts'
import { emptyForm, settlementOf, type Form } from './form.ts'
import { jobOf, proposedJobs, settleAll, type Done, type Job } from './jobs.ts'
import { outcomeWords } from './outcome.tsx'
import { SettleBar } from './settle-bar.tsx'
import { usePreview } from './use-preview.ts'
import { sayDone, takeBack, useAskAbove, useWhyDisabled } from './use-settling.ts'
import { WayForm, Ways } from './way-form.tsx'
import { bestProposal, commonWays, whyNotSettled } from './ways.ts'
import { proposalTitle } from './words.ts'

const NOTHING_PROPOSED = 'nothing is proposed: open it alone'

type LineProps = {
  readonly row: BreakRow
  /** Null: each as proposed. */
  readonly settlement: SettlementInput | null
  readonly isProposed: boolean
  readonly outcome: SettleOutcome | undefined
  readonly isDone: boolean
}

function wordsOf({ row, isProposed, outcome, isDone }: LineProps): string {
  if (outcome !== undefined) {
    const words = outcomeWords(outcome)
    return isDone && outcome.refusal === null ? `settled: ${words}` : words
  }
  if (isDone) return 'left as it was'
  return whyNotSettled(row) ?? (isProposed && bestProposal(row) === null ? NOTHING_PROPOSED : '…')
}

function LineOfBreak(props: LineProps) {
  const { row, settlement, isProposed, outcome } = props
  const what = isProposed ? bestProposal(row) : settlement
  return (
    <tr>
      <th scope="row">{row.name}</th>
      <td>{FIELD[row.kind]}</td>
      <td className="number">{figure(row, 'difference')}</td>
      <td>{what === null ? '—' : proposalTitle(what)}</td>
      <td className={(outcome?.refusal ?? null) === null ? '' : 'problem'}>{wordsOf(props)}</td>
    </tr>
  )
}

const jobsOf = (
  rows: readonly BreakRow[],
  read: Result<SettlementInput, string> | null,
): readonly Job[] => {
  if (rows.length === 0) return []
  if (read === null) return proposedJobs(rows)
  return read.ok ? [jobOf(rows, read.value)] : []
}

type Standing = {
  /** Why nothing can be settled at all. */
  readonly disabled: string | null
  readonly read: Result<SettlementInput, string> | null
  readonly previewed: ReturnType<typeof usePreview>
  /** How many of them the preview would settle. */
  readonly possible: number
}

/** Why the chosen settlement cannot be written; null when it can. */
function whyNot({ disabled, read, previewed, possible }: Standing): string | null {
  if (disabled !== null) return disabled
  if (read?.ok === false) return read.error
  if (previewed.isAsking) return 'Asking what it comes to…'
  const none = possible === 0 ? 'None of them can be settled this way.' : null
  return previewed.preview?.problem ?? none
}

const ofBulk = (
  rows: readonly BreakRow[],
  form: Form | null,
): Result<SettlementInput, string> | null =>
  form === null ? null : settlementOf(form, exDateZone(rows[0]?.currency ?? null))

/** What is chosen for several breaks, what it would come to for each, and writing it. */
function useBulk(rows: readonly BreakRow[]) {
  const { desk, tables } = useWorkspace()
  const [form, setForm] = useState<Form | null>(null)
  const [done, setDone] = useState<Done | null>(null)
  const disabled = useWhyDisabled()
  const ask = useAskAbove()
  const ready = rows.filter((row) => whyNotSettled(row) === null)
  const read = ofBulk(rows, form)
  const jobs = done === null ? jobsOf(ready, read) : []
  const previewed = usePreview(jobs, disabled === null)
  const { preview } = previewed
  const outcomes = done?.outcomes ?? preview?.outcomes ?? []
  const possible = outcomes.filter(({ refusal }) => refusal === null)
  const settle = async () => {
    if (preview === null) return
    setDone(await settleAll(desk.ask, preview.jobs, ''))
    tables.breaks.clearSelected()
  }
  return {
    ...{ form, setForm, done, outcomes, possible, settle },
    hasMoved: preview?.hasMoved ?? false,
    settlement: read?.ok === true ? read.value : null,
    why: whyNot({ disabled, read, previewed, possible: possible.length }),
    question: whyAsked(possible, rows, ask),
  }
}

type Bulk = ReturnType<typeof useBulk>

function DoneFoot({ done, page }: { readonly done: Done; readonly page: Document }) {
  const refused = done.outcomes.filter(({ refusal }) => refusal !== null)
  const settled = done.outcomes.length - refused.length
  return (
    <div className="dialog-foot">
      <span className="foot-says" role="status">
        {settled} settled{refused.length === 0 ? '' : `, ${refused.length} refused`}.
      </span>
      {refused.length === 0 ? null : (
        <button
          type="button"
          className="button"
          onClick={() =>
            lookAtBreaks(
              refused.map(({ breakId }) => breakId),
              page,
            )
          }
        >
          Look at the refused again
        </button>
      )}
      {done.commands.length === 0 ? null : (
        <Action
          run={async () => {
            await takeBack(done.undo)
            leaveBreaks()
          }}
        >
          Undo all
        </Action>
      )}
    </div>
  )
}

function Choosing({ rows, bulk }: { readonly rows: readonly BreakRow[]; readonly bulk: Bulk }) {
  const { form, setForm } = bulk
  return (
    <>
      <div className="ways">
        <button
          type="button"
          className="button"
          aria-pressed={form === null}
          onClick={() => setForm(null)}
        >
          Settle each as proposed
        </button>
      </div>
      <section aria-label="One way">
        <h3>Or all of them one way</h3>
        <Ways
          ways={commonWays(rows.map(({ kind }) => kind))}
          chosen={form?.how ?? null}
          onChoose={(how) => setForm(emptyForm(how))}
        />
      </section>
      {form === null ? null : (
        <WayForm
          form={form}
          currency={rows[0]?.currency ?? null}
          onChange={(change) => setForm({ ...form, ...change })}
        />
      )}
    </>
  )
}

function Lines({ rows, bulk }: { readonly rows: readonly BreakRow[]; readonly bulk: Bulk }) {
  const byId = new Map(bulk.outcomes.map((outcome) => [outcome.breakId, outcome]))
  return (
    <table className="effects">
      <thead>
        <tr>
          <th scope="col">Symbol</th>
          <th scope="col">Field</th>
          <th scope="col" className="number">
            Diff
          </th>
          <th scope="col">How</th>
          <th scope="col">{bulk.done === null ? 'What it comes to' : 'What came of it'}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <LineOfBreak
            key={row.id}
            {...{ row, settlement: bulk.settlement, isProposed: bulk.form === null }}
            outcome={byId.get(row.id)}
            isDone={bulk.done !== null}
          />
        ))}
      </tbody>
    </table>
  )
}

type ManyProps = { readonly breakIds: readonly string[]; readonly page: Document }

/** Several breaks settled together: each as proposed, or all of them one way. */
export function ManyBreaks({ breakIds, page }: ManyProps) {
  const byKey = useDesk((state) => state.breaks.byKey)
  const rows = useMemo(() => breakIds.flatMap((id) => byKey.get(id) ?? []), [breakIds, byKey])
  const bulk = useBulk(rows)
  const { done } = bulk
  const close = () => {
    if (done !== null) sayDone(`Settled ${bulk.possible.length} breaks.`, done)
    leaveBreaks()
  }
  return (
    <Dialog
      name={`${rows.length} breaks`}
      className="drawer settle-drawer"
      page={page}
      onClose={close}
    >
      <DialogHead title={`Settle ${rows.length} breaks`} onClose={close} />
      <div className="dialog-body settle-body">
        {done === null ? <Choosing rows={rows} bulk={bulk} /> : null}
        {bulk.hasMoved ? (
          <p className="warning">
            The broker or the ledger moved meanwhile: this is the new preview.
          </p>
        ) : null}
        <Lines rows={rows} bulk={bulk} />
      </div>
      {done === null ? (
        <SettleBar
          key={bulk.question}
          label={`Settle ${bulk.possible.length}`}
          why={bulk.why}
          question={bulk.question}
          run={bulk.settle}
        />
      ) : (
        <DoneFoot done={done} page={page} />
      )}
    </Dialog>
  )
}
