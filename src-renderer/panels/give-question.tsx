import { useEffect, useId, useState, type ReactNode } from 'react'
import type { EffectView } from '#shared/api/effect-view.ts'
import { noteChange, stopAsking, strategiesIn } from '../stores/giving.ts'
import { leaveBreaks } from '../stores/settling.ts'
import { toast, toastWithUndo, type UndoOf } from '../stores/toasts.ts'
import { Action } from '../widgets/action.tsx'
import { Dialog, DialogHead } from '../widgets/dialog.tsx'
import { useDesk } from '../workspace/context.ts'
import { Effects } from './effects.tsx'

/** What the core says it would come to. */
type Preview = {
  readonly effects: readonly EffectView[]
  readonly says: readonly string[]
  readonly fills?: number
}
type Answer = { readonly of: string; readonly preview: Preview | null; readonly problem: string }

const AT_REST_MS = 250

/** The preview of what is chosen, once typing rests; null until the core has answered. */
export function usePreview(ask: (() => Promise<Preview>) | null, key: string): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null)
  useEffect(() => {
    if (ask === null) return undefined
    let isHere = true
    const take = (preview: Preview | null, problem = '') =>
      isHere && setAnswer({ of: key, preview, problem })
    const timer = setTimeout(() => {
      ask().then(take, (error: unknown) =>
        take(null, error instanceof Error ? error.message : String(error)),
      )
    }, AT_REST_MS)
    return () => {
      isHere = false
      clearTimeout(timer)
    }
    // The key says what is asked; the question itself is made anew on every drawing.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key])
  return answer?.of === key ? answer : null
}

type ToWhomProps = {
  readonly from: string
  readonly value: string
  readonly onChange: (value: string) => void
}

/** The strategy it shall belong to: one of those there are, or a new name. */
export function ToWhom({ from, value, onChange }: ToWhomProps) {
  const list = useId()
  const positions = useDesk((state) => state.positions.byKey)
  return (
    <label className="field wide">
      <span>To strategy</span>
      <input
        value={value}
        list={list}
        placeholder="name"
        spellCheck={false}
        autoComplete="off"
        autoFocus
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {strategiesIn(positions.values(), from).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  )
}

type QuestionProps = {
  readonly name: string
  readonly title: string
  readonly page: Document
  readonly answer: Answer | null
  /** What is to be chosen first; null when the preview is on its way. */
  readonly missing: string | null
  readonly verb: string
  readonly run: () => Promise<void>
  readonly children: ReactNode
}

type ShownProps = {
  readonly preview: Preview | null
  /** Why it cannot be done; empty when it can. */
  readonly wrong: string
  readonly missing: string | null
}

/** What it would change, or why that cannot be told. */
function Shown({ preview, wrong, missing }: ShownProps) {
  if (wrong !== '') {
    return (
      <p role="alert" className="problem">
        {wrong}
      </p>
    )
  }
  if (preview === null) return <p className="muted">{missing ?? 'Looking what it would change…'}</p>
  return (
    <>
      <Effects effects={preview.effects} />
      {preview.says.map((sentence) => (
        <p key={sentence} className="muted">
          {sentence}
        </p>
      ))}
    </>
  )
}

/** A question with its before and after: nothing is written that was not shown. */
export function Question(props: QuestionProps) {
  const { name, title, page, answer, missing, verb, run } = props
  const [problem, setProblem] = useState<string | null>(null)
  const preview = answer?.preview ?? null
  const wrong = problem ?? answer?.problem ?? ''
  return (
    <Dialog name={name} className="give" page={page} onClose={stopAsking}>
      <DialogHead title={title} onClose={stopAsking} />
      <form className="dialog-body give-form" onSubmit={(event) => event.preventDefault()}>
        {props.children}
        <Shown {...{ preview, wrong, missing }} />
      </form>
      <div className="dialog-foot">
        <span className="spring" />
        {preview === null ? null : (
          <Action kind="primary" run={run} onProblem={setProblem}>
            {verb}
          </Action>
        )}
        <button type="button" className="button" onClick={stopAsking}>
          Cancel
        </button>
      </div>
    </Dialog>
  )
}

/** Closes the question, and the break it was asked for in, and offers the way back. */
export function done(sentence: string, undo: UndoOf): void {
  stopAsking()
  leaveBreaks()
  noteChange()
  toastWithUndo(sentence, {
    command: undo.command,
    run: async () => {
      await undo.run()
      noteChange()
      toast('It was taken back.')
    },
  })
}
