import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { dismiss, toasts, type Toast } from '../stores/toasts.ts'

const SHOWN_MS = 7000

function ToastCard({ toast }: { readonly toast: Toast }) {
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (isHeld || toast.isLasting) return undefined
    const timer = setTimeout(() => dismiss(toast.id), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [isHeld, toast])
  return (
    <div
      className="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      <button type="button" className="button quiet" onClick={() => dismiss(toast.id)}>
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
