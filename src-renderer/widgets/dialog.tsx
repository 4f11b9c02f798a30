import { useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

type DialogProps = {
  readonly name: string
  readonly onClose: () => void
  readonly className?: string
  /** The page it opens in; a panel popped out has one of its own. */
  readonly page?: Document
  readonly children: ReactNode
}

/**
 * A dialog before everything else: the browser keeps the focus inside, closes it on Escape and
 * gives the focus back.
 */
export function Dialog({ name, onClose, className = '', page = document, children }: DialogProps) {
  const box = useRef<HTMLDialogElement>(null)
  // Closed while it is still in the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const { current } = box
    if (current?.open === false) current.showModal()
    return () => current?.close()
  }, [])
  return createPortal(
    <dialog
      ref={box}
      aria-label={name}
      className={`dialog ${className}`}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      // What is pressed inside is nothing to the table that opened it.
      onKeyDown={(event) => event.stopPropagation()}
      onMouseDown={(event) => {
        // The second press of a double click is still meant for what was under it before.
        if (event.target === event.currentTarget && event.detail < 2) onClose()
      }}
    >
      <div className="dialog-inside">{children}</div>
    </dialog>,
    page.body,
  )
}

type HeadProps = { readonly title: ReactNode; readonly onClose: () => void }

export function DialogHead({ title, onClose }: HeadProps) {
  return (
    <header className="dialog-head">
      <h2>{title}</h2>
      <button type="button" className="button quiet" onClick={onClose}>
        Close
      </button>
    </header>
  )
}

type DialogButtonProps = {
  readonly label: string
  /** The name and the title of the dialog. */
  readonly title: string
  /** What it holds; told how to close it. */
  readonly children: (close: () => void) => ReactNode
}

/** A button that opens a dialog, in the page the button stands in. */
export function DialogButton({ label, title, children }: DialogButtonProps) {
  const [page, setPage] = useState<Document | null>(null)
  const close = () => setPage(null)
  return (
    <>
      <button
        type="button"
        className="button plain"
        onClick={(event) => setPage(event.currentTarget.ownerDocument)}
      >
        {label}
      </button>
      {page === null ? null : (
        <Dialog name={title} onClose={close} page={page}>
          <DialogHead title={title} onClose={close} />
          {children(close)}
        </Dialog>
      )}
    </>
  )
}
