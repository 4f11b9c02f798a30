import { useState } from 'react'
import type { BreakRow } from '#shared/api/reconcile-views.ts'
import type { SettlementInput } from '#shared/api/settle-views.ts'
import { momentOf } from '../../format/time.ts'
import { askToGive } from '../../stores/giving.ts'
import { leaveBreaks } from '../../stores/settling.ts'
import { Action } from '../../widgets/action.tsx'
import { Dialog, DialogHead } from '../../widgets/dialog.tsx'
import { useDesk, useWorkspace } from '../../workspace/context.ts'
import { FIELD, figure } from '../break-columns.ts'
import { Causes } from './causes.tsx'
import { whyAsked } from './confirmation.ts'
import { exDateZone } from './ex-date.ts'
import { TextField } from './fields.tsx'
import { emptyForm, formOf, settlementOf, type Form } from './form.ts'
import { jobOf, settleAll } from './jobs.ts'
import { Outcome } from './outcome.tsx'
import { SettleBar } from './settle-bar.tsx'
import { usePreview, type Preview } from './use-preview.ts'
import { sayDone, takeBack, useAskAbove, useWhyDisabled } from './use-settling.ts'
import { WayForm, Ways } from './way-form.tsx'
import { waysOf, whyNotSettled, type TransferProposal } from './ways.ts'
import { proposalTitle } from './words.ts'

/** What differs, on both sides. */
function Sides({ row }: { readonly row: BreakRow }) {
  const unit = row.kind === 'quantity' ? '' : ` ${row.currency ?? ''}`
  const facts: readonly (readonly [string, string])[] = [
    ['Ledger', `${figure(row, 'ledger')}${unit}`],
    ['Broker', `${figure(row, 'broker')}${unit}`],
    ['Difference', `${figure(row, 'difference')}${unit}`],
    ['Worth', `${figure(row, 'differenceValue')} ${row.currency ?? ''}`],
    ['First seen', momentOf(row.firstSeenAt)],
    ['Status', row.note === null ? row.status : `${row.status}: ${row.note}`],
  ]
  return (
    <dl className="sides">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

const LABEL: Partial<Readonly<Record<SettlementInput['how'], string>>> = {
  'fetch executions': 'Fetch',
  acknowledge: 'Acknowledge',
}

const DID: Partial<Readonly<Record<SettlementInput['how'], string>>> = {
  'fetch executions': 'The broker was asked again, and both sides were compared',
  acknowledge: 'Acknowledged',
}

const saidOf = (row: BreakRow, settlement: SettlementInput): string => {
  const did = DID[settlement.how] ?? `Settled: ${proposalTitle(settlement)}`
  return `${did} (${row.name}, ${FIELD[row.kind]}).`
}

type Chosen = { readonly form: Form; readonly proposal: SettlementInput | null }

/** Why the chosen settlement cannot be written; null when it can. */
function whyNot(
  { preview, isAsking }: ReturnType<typeof usePreview>,
  fault: string | null,
): string | null {
  if (fault !== null) return fault
  if (isAsking || preview === null) return 'Asking what it comes to…'
  return (
    preview.problem ?? preview.outcomes?.find(({ refusal }) => refusal !== null)?.refusal ?? null
  )
}

/** What is chosen for one break, what it would come to, and writing it. */
function useOneSettlement(row: BreakRow) {
  const { desk } = useWorkspace()
  const [chosen, choose] = useState<Chosen | null>(null)
  const [reason, setReason] = useState('')
  const disabled = useWhyDisabled()
  const ask = useAskAbove()
  const zone = exDateZone(row.currency)
  const read = chosen === null ? null : settlementOf(chosen.form, zone)
  const settlement = read?.ok === true ? read.value : null
  const previewed = usePreview(
    settlement === null ? [] : [jobOf([row], settlement)],
    disabled === null,
  )
  const { preview } = previewed
  const fault = read === null ? 'Choose how to settle it.' : read.ok ? null : read.error
  const settle = async () => {
    if (preview === null || settlement === null) return
    const done = await settleAll(desk.ask, preview.jobs, reason)
    const [outcome] = done.outcomes
    if (outcome === undefined || outcome.refusal === null) {
      sayDone(saidOf(row, settlement), done)
      leaveBreaks()
    } else if (outcome.isStale) previewed.again()
    else throw new Error(outcome.refusal)
  }
  return {
    ...{ chosen, reason, setReason, settlement, preview, settle },
    why: disabled ?? whyNot(previewed, fault),
    question: whyAsked(preview?.outcomes ?? [], [row], ask),
    propose: (proposal: SettlementInput) => choose({ form: formOf(proposal, zone), proposal }),
    chooseWay: (how: Form['how']) => choose({ form: emptyForm(how), proposal: null }),
    change: (change: Partial<Form>) =>
      choose((was) => (was === null ? null : { ...was, form: { ...was.form, ...change } })),
  }
}

type PreviewedProps = { readonly preview: Preview; readonly currency: string | null }

function Previewed({ preview, currency }: PreviewedProps) {
  const [outcome] = preview.outcomes ?? []
  return (
    <section aria-label="Preview" aria-live="polite" className="preview">
      <h3>What it comes to</h3>
      {preview.hasMoved ? (
        <p className="warning">
          The broker or the ledger moved meanwhile: this is the new preview.
        </p>
      ) : null}
      {preview.problem === null ? null : <p className="problem">{preview.problem}</p>}
      {outcome === undefined ? null : <Outcome {...{ outcome, currency }} />}
    </section>
  )
}

function Undoable({ row }: { readonly row: BreakRow }) {
  const { desk } = useWorkspace()
  const { settledBy } = row
  if (row.status !== 'settled' || settledBy === null) return null
  const undo = async () => {
    await desk.ask((client, of) => client.reconcile.undo({ ...of, command: settledBy }))
  }
  return (
    <div className="dialog-foot">
      <span className="foot-says muted">Settled {momentOf(row.settledAt)}.</span>
      <Action
        run={async () => {
          await takeBack(undo)
          leaveBreaks()
        }}
      >
        Undo this settlement
      </Action>
    </div>
  )
}

/** Opens the question of a transfer with all that the cause says of it. */
function askToTransfer({ symbol }: BreakRow, transfer: TransferProposal, page: Document): void {
  const { conId, from, to, quantity } = transfer
  askToGive({ kind: 'by hand', move: { conId, symbol, from, to, quantity }, page })
}

function Settling({ row }: { readonly row: BreakRow }) {
  const { positions } = useWorkspace().desk.store.getState()
  const settling = useOneSettlement(row)
  const { chosen, preview, settlement } = settling
  const secType = [...positions.byKey.values()].find(({ conId }) => conId === row.conId)?.secType
  const isWritten = settlement !== null && LABEL[settlement.how] === undefined
  return (
    <>
      <div className="dialog-body settle-body">
        <Sides row={row} />
        <section aria-label="Likely causes">
          <h3>Why, most likely</h3>
          <Causes
            causes={row.causes}
            canSettle
            chosen={chosen?.proposal ?? null}
            onChoose={settling.propose}
            onTransfer={(transfer, page) => askToTransfer(row, transfer, page)}
          />
        </section>
        <section aria-label="Other ways">
          <h3>Or settle it another way</h3>
          <Ways
            ways={waysOf(row.kind, secType)}
            chosen={chosen?.form.how ?? null}
            onChoose={settling.chooseWay}
          />
        </section>
        {chosen === null ? null : (
          <WayForm form={chosen.form} currency={row.currency} onChange={settling.change} />
        )}
        {preview === null ? null : <Previewed preview={preview} currency={row.currency} />}
        {isWritten ? (
          <TextField
            label="Reason, for the journal"
            className="whole"
            hint="optional"
            value={settling.reason}
            onChange={settling.setReason}
          />
        ) : null}
      </div>
      <SettleBar
        key={settling.question}
        label={(settlement && LABEL[settlement.how]) ?? 'Settle'}
        why={settling.why}
        question={settling.question}
        run={settling.settle}
      />
    </>
  )
}

type OneBreakProps = { readonly breakId: string; readonly page: Document }

/** One break: both sides, what may lie behind it, and every way to settle it. */
export function OneBreak({ breakId, page }: OneBreakProps) {
  const row = useDesk((state) => state.breaks.byKey.get(breakId))
  const over = row === undefined ? 'This break is no longer there.' : whyNotSettled(row)
  const title = row === undefined ? 'Break' : `${row.name} · ${FIELD[row.kind]}`
  return (
    <Dialog
      name={`Break: ${title}`}
      className="drawer settle-drawer"
      page={page}
      onClose={leaveBreaks}
    >
      <DialogHead title={title} onClose={leaveBreaks} />
      {row !== undefined && over === null ? <Settling row={row} /> : null}
      {row !== undefined && over !== null ? (
        <>
          <div className="dialog-body settle-body">
            <Sides row={row} />
            <p role="status">{over}</p>
            <Causes
              causes={row.causes}
              canSettle={false}
              chosen={null}
              onChoose={() => undefined}
              onTransfer={() => undefined}
            />
          </div>
          <Undoable row={row} />
        </>
      ) : null}
      {row === undefined ? <p className="message">{over}</p> : null}
    </Dialog>
  )
}
