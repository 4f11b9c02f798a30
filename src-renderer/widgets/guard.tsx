import { Component, type ReactNode } from 'react'

type GuardProps = { readonly name: string; readonly children: ReactNode }
type GuardState = { readonly error: Error | null }

/** A panel that fails fails alone: it says why, and can be tried again. */
export class Guard extends Component<GuardProps, GuardState> {
  override state: GuardState = { error: null }

  static getDerivedStateFromError(error: unknown): GuardState {
    return { error: error instanceof Error ? error : new Error(String(error)) }
  }

  override render(): ReactNode {
    const { error } = this.state
    if (error === null) return this.props.children
    const details = `${this.props.name}: ${error.stack ?? error.message}`
    return (
      <div className="message" role="alert">
        <strong>{this.props.name} cannot be shown</strong>
        <p>{error.message}</p>
        <div className="buttons">
          <button
            type="button"
            className="button primary"
            onClick={() => this.setState({ error: null })}
          >
            Retry
          </button>
          <button
            type="button"
            className="button plain"
            onClick={() => void navigator.clipboard.writeText(details)}
          >
            Copy details
          </button>
        </div>
      </div>
    )
  }
}
