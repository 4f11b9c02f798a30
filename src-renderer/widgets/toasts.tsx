import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { dismiss, toast, toasts, type Toast, type UndoOf } from '../stores/toasts.ts'
import { Action } from './action.tsx'

const SHOWN_MS = 7000
/** What can be taken back is there long enough to be read and thought about. */
const UNDO_MS = 10_000

type UndoProps = { readonly toast: Toast; readonly undo: UndoOf }

function Undo({ toast: { id }, undo }: UndoProps) {
  const run = async () => {
    dismiss(id)
    await undo.run()
  }
  return (
    <Action run={run} onProblem={(problem) => problem !== null && toast(problem, true)}>
      Undo
    </Action>
  )
}

function ToastCard({ toast: said }: { readonly toast: Toast }) {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld || said.isLasting) return undefined
    const ms = said.undo === null ? SHOWN_MS : UNDO_MS
    const timer = setTimeout(() => dismiss(said.id), ms)
    return () => clearTimeout(timer)
  }, [isHeld, said])
  return (
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{said.text}</span>
      {said.undo === null ? null : <Undo toast={said} undo={said.undo} />}
      <button type="button" className="button quiet" onClick={() => dismiss(said.id)}>
        Dismiss
      </button>
    </div>
  )
}

/** Short words at the lower edge; they go by themselves, but not while they are pointed at. */
export function Toasts() {
  const all = useStore(toasts, (state) => state.all)
  return (
    <div role="status" aria-label="Messages" className="toasts">
      {all.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  )
}
