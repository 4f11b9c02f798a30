import { useEffect, useRef, useState } from 'react'
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

/** Goes by itself; while it is pointed at, or holds the focus, its time stands still. */
function useLeaving(said: Toast, isHeld: boolean): void {
  const left = useRef(said.undo === null ? SHOWN_MS : UNDO_MS)
  useEffect(() => {
    if (isHeld || said.isLasting) return undefined
    const began = performance.now()
    const timer = setTimeout(() => dismiss(said.id), left.current)
    return () => {
      clearTimeout(timer)
      left.current -= performance.now() - began
    }
  }, [isHeld, said])
}

function ToastCard({ toast: said }: { readonly toast: Toast }) {
  const [isPointedAt, setPointedAt] = useState(false)
  const [isFocused, setFocused] = useState(false)
  useLeaving(said, isPointedAt || isFocused)
  return (
    <div
      className="toast"
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
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
