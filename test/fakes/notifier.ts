import type { Notifier } from '#ports/notifier.ts'

/** A notifier that keeps what the trader was told, oldest first. */
export function keptNotifications(): Notifier & {
  readonly titles: readonly string[]
  readonly messages: readonly string[]
} {
  const titles: string[] = []
  const messages: string[] = []
  const notify: Notifier['notify'] = ({ title, message }) => {
    titles.push(title)
    messages.push(message)
  }
  return { notify, titles, messages }
}
