import { readFileSync } from 'node:fs'

/**
 * What runs in the page: the preload in an isolated world of Chromium, as Electron runs it, and
 * the two ends of the context bridge. All of it is source, for it is injected.
 */

export const ISOLATED = 'Electron Isolated Context'
/** How the isolated world calls the main process. */
export const TO_MAIN = '__standInToMain'

/** A page may not open a window before the app has said so; a question holds it meanwhile. */
export const ASKS_TO_OPEN = 'stand-in: may this window be opened?'
/** Sends the first window that waits to where it was opened for. */
export const SEND_ON = '__standInSendOn()'

/**
 * The main world's end of the bridge. What crosses is described in JSON: copied values, and
 * functions by number, called while the caller waits.
 */
export const MAIN_WORLD = `(() => {
  const revive = (told) => {
    if ('value' in told) return told.value
    if ('list' in told) return Object.freeze(told.list.map(revive))
    if ('fields' in told) return Object.freeze(Object.fromEntries(
      Object.entries(told.fields).map(([key, each]) => [key, revive(each)])))
    if ('call' in told) return Object.freeze((...args) => call(told.call, args))
    return undefined
  }
  const call = (number, args) => {
    let answer = null
    const hear = (event) => { answer = JSON.parse(event.detail) }
    document.addEventListener('stand-in:return', hear, { once: true })
    const detail = JSON.stringify({ number, args })
    document.dispatchEvent(new CustomEvent('stand-in:call', { detail }))
    if ('thrown' in answer) throw new Error(answer.thrown)
    return revive(answer)
  }
  document.addEventListener('stand-in:expose', (event) => {
    const { name, told } = JSON.parse(event.detail)
    Object.defineProperty(window, name, { value: revive(told), enumerable: true })
    event.preventDefault()
  })
  document.dispatchEvent(new CustomEvent('stand-in:ready'))

  const open = window.open.bind(window)
  const waiting = []
  window.open = (address = 'about:blank', ...more) => {
    const url = new URL(address, location.href).href
    if (prompt('${ASKS_TO_OPEN}', url) !== 'allow') return null
    const opened = open('about:blank', ...more)
    if (url === 'about:blank') return opened
    const listeners = []
    opened.addEventListener = (...listener) => { listeners.push(listener) }
    waiting.push(() => {
      opened.location.href = url
      handOver(opened, listeners)
    })
    return opened
  }
  // A window opened for an address keeps who listens to it; one that stood empty first does not.
  const handOver = (opened, listeners) => {
    if (opened.closed) return
    if (opened.location.href === 'about:blank') {
      setTimeout(handOver, 10, opened, listeners)
      return
    }
    for (const listener of listeners) opened.addEventListener(...listener)
    if (opened.document.readyState === 'complete') opened.dispatchEvent(new Event('load'))
  }
  window.__standInSendOn = () => waiting.shift()?.()
})()`

/** The isolated world: Electron's modules as a sandboxed preload sees them. */
const PREAMBLE = `
  const toMain = globalThis.${TO_MAIN}
  const calls = []
  const describe = (value) => {
    if (typeof value === 'function') return { call: calls.push(value) - 1 }
    if (value === undefined) return {}
    if (['string', 'number', 'boolean'].includes(typeof value) || value === null) return { value }
    if (Array.isArray(value)) return { list: value.map(describe) }
    const prototype = typeof value === 'object' ? Object.getPrototypeOf(value) : null
    if (typeof value === 'object' && (prototype === Object.prototype || prototype === null)) {
      return { fields: Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, describe(each)])) }
    }
    throw new Error('An object could not be cloned.')
  }
  document.addEventListener('stand-in:call', (event) => {
    const { number, args } = JSON.parse(event.detail)
    let answer
    try { answer = describe(calls[number](...args)) }
    catch (error) { answer = { thrown: String(error) } }
    document.dispatchEvent(new CustomEvent('stand-in:return', { detail: JSON.stringify(answer) }))
  })
  const exposed = new Set()
  const contextBridge = { exposeInMainWorld: (name, api) => {
    if (exposed.has(name)) {
      throw new Error('Cannot bind an API on top of an existing property on the window object')
    }
    exposed.add(name)
    const detail = JSON.stringify({ name, told: describe(api) })
    const offer = () => document.dispatchEvent(
      new CustomEvent('stand-in:expose', { detail, cancelable: true }))
    // The other world's end may not be there yet.
    if (offer()) document.addEventListener('stand-in:ready', offer, { once: true })
  } }

  const ports = new Map()
  const gone = new WeakSet()
  const take = (port) => {
    if (!(port instanceof MessagePort)) throw new TypeError('Port at index 0 is not a valid port')
    if (gone.has(port)) throw new Error('Port at index 0 is already neutered')
    gone.add(port)
    const number = crypto.randomUUID()
    ports.set(number, port)
    port.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string') throw new Error('The stand-in carries text only.')
      toMain(JSON.stringify({ kind: 'message', number, data }))
    })
    port.addEventListener('close', () => toMain(JSON.stringify({ kind: 'close', number })))
    port.start()
    return number
  }
  globalThis.__standInFromMain = (number, data) => {
    const port = ports.get(number)
    if (data === null) { port?.close(); ports.delete(number) } else port?.postMessage(data)
  }
  const send = (channel, args, numbers) =>
    toMain(JSON.stringify({ kind: 'ipc', channel, args: structuredClone(args), ports: numbers }))
  const ipcRenderer = {
    send: (channel, ...args) => send(channel, args, []),
    postMessage: (channel, message, transfer = []) => {
      // Told first, so that the port is known before anything comes through it.
      const taken = transfer.map((port) => port)
      const numbers = taken.map(take)
      send(channel, [message], numbers)
    },
  }
  const MODULES = { electron: { contextBridge, ipcRenderer } }
  const require = (name) => {
    const found = MODULES[name.replace(/^node:/, '')]
    if (found === undefined) throw new Error('module not found: ' + name)
    return found
  }
`

/** The preload as it is injected: in the main frame only, as one file of CommonJS. */
export function isolatedWorld(preload: string): string {
  const source = readFileSync(preload, 'utf8')
  return `if (window === window.top) (() => {
    ${PREAMBLE}
    const module = { exports: {} }
    ;(function (require, module, exports) {
      'use strict'
      ${source}
    })(require, module, module.exports)
  })()`
}
