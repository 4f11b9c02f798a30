import { EventEmitter } from 'node:events'

/** Text to a port in the page; null closes it. */
export type Deliver = (number: string, text: string | null) => void

/**
 * The main process's end of a port: nothing is heard before `start`, and closing one's own end is
 * not told to oneself.
 */
export class MessagePortMain extends EventEmitter {
  readonly #number: string
  readonly #deliver: Deliver
  #waiting: string[] | null = []
  #isOpen = true

  constructor(number: string, deliver: Deliver) {
    super()
    this.#number = number
    this.#deliver = deliver
  }

  postMessage(message: unknown): void {
    if (!this.#isOpen) return
    if (typeof message !== 'string') throw new Error('The stand-in carries text only.')
    this.#deliver(this.#number, message)
  }

  start(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = null
    for (const data of waiting) this.emit('message', { data, ports: [] })
  }

  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#deliver(this.#number, null)
  }

  /** A message from the page. */
  hear(data: string): void {
    if (!this.#isOpen) return
    if (this.#waiting === null) this.emit('message', { data, ports: [] })
    else this.#waiting.push(data)
  }

  /** The page's end is gone. */
  lose(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.emit('close')
  }
}
