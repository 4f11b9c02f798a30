/** What the trader should know although the window may be hidden. */
export type Notification = {
  /** Two or three words, such as "Link lost". */
  readonly title: string
  /** One sentence, and what can be done where something can. */
  readonly message: string
}

/**
 * Tells the trader through the operating system. Reserved for the few things that cannot wait: a
 * link down for long, a drawdown limit breached, a material break. The notices of the screen are
 * the record; a shell without a system to tell does nothing here.
 */
export type Notifier = { readonly notify: (notification: Notification) => void }
