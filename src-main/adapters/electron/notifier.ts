import { Notification } from 'electron'
import type { Notifier } from '#ports/notifier.ts'

/** Tells through the operating system; a click brings the window forward. */
export function systemNotifier(show: () => void): Notifier {
  // One that nobody holds is collected, and its click is lost.
  const standing = new Set<Notification>()
  return {
    notify: ({ title, message }) => {
      if (!Notification.isSupported()) return
      const notification = new Notification({ title, body: message })
      standing.add(notification)
      notification.on('click', show)
      notification.on('close', () => void standing.delete(notification))
      // Windows says so when it does not show one; the notices of the screen are the record.
      notification.on('failed', () => void standing.delete(notification))
      notification.show()
    },
  }
}
