import { useState, type KeyboardEvent } from 'react'
import { useStore } from 'zustand'
import { choices, chooseKeys } from '../stores/choices.ts'
import { Dialog, DialogHead } from '../widgets/dialog.tsx'
import { bind, isSoleKeyOn, KEYS, keysOf, writtenKey, type KeyEntry } from './key-bindings.ts'
import { closeDialog } from './open-dialog.ts'

type RowProps = {
  readonly entry: KeyEntry
  readonly isListening: boolean
  readonly onListen: (id: string | null) => void
  readonly onRefusal: (sentence: string | null) => void
}

/** One key: what it does, what it is, and how to give it another. */
function KeyRow({ entry, isListening, onListen, onRefusal }: RowProps) {
  const keys = useStore(choices, (state) => state.keys)
  const key = entry.isOurs ? keysOf(keys, entry.id) : entry.key
  const isOff = entry.isOurs && !isSoleKeyOn(keys, key)
  const onKeyDown = (event: KeyboardEvent) => {
    if (!isListening) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Escape') {
      onListen(null)
      return
    }
    const written = event.key === 'Backspace' ? '' : writtenKey(event.nativeEvent)
    if (written === null) return
    const outcome = bind(keys, entry.id, written)
    onListen(null)
    if ('refusal' in outcome) onRefusal(outcome.refusal)
    else {
      onRefusal(null)
      chooseKeys(outcome)
    }
  }
  return (
    <tr>
      <td>
        <kbd className={isOff ? 'off' : ''}>{key === '' ? 'none' : key}</kbd>
      </td>
      <td>{entry.does}</td>
      <td>
        {entry.isOurs ? (
          <button
            type="button"
            className="button quiet"
            aria-label={`Change the key of: ${entry.does}`}
            onClick={() => onListen(isListening ? null : entry.id)}
            onBlur={() => onListen(null)}
            onKeyDown={onKeyDown}
          >
            {isListening ? 'Press a key…' : 'Change'}
          </button>
        ) : null}
      </td>
    </tr>
  )
}

/** Every key, from the one table that also acts; each of ours can be changed. */
export function Help() {
  const keys = useStore(choices, (state) => state.keys)
  const [listening, listen] = useState<string | null>(null)
  const [refusal, refuse] = useState<string | null>(null)
  return (
    <Dialog name="Keyboard shortcuts" className="help" onClose={closeDialog}>
      <DialogHead title="Keyboard shortcuts" onClose={closeDialog} />
      <div className="dialog-body">
        <table className="keys">
          <tbody>
            {KEYS.map((entry) => (
              <KeyRow
                key={entry.id}
                entry={entry}
                isListening={listening === entry.id}
                onListen={listen}
                onRefusal={refuse}
              />
            ))}
          </tbody>
        </table>
      </div>
      <div className="dialog-foot">
        <label className="check">
          <input
            type="checkbox"
            checked={keys.singles}
            onChange={(event) => chooseKeys({ singles: event.target.checked })}
          />
          Single keys such as / and ? act
        </label>
        <span role="alert" className="problem">
          {refusal}
        </span>
        <span className="spring" />
        <button
          type="button"
          className="button"
          onClick={() => chooseKeys({ singles: true, bound: {} })}
        >
          Reset keys
        </button>
      </div>
      <p className="muted hint">
        After Change press the new key; Backspace takes the key away, Escape leaves it as it is.
      </p>
    </Dialog>
  )
}
