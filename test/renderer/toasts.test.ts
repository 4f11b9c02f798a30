import { afterEach, describe, expect, it } from 'vitest'
import { takeBackLatest, toast, toasts, toastWithUndo } from '#renderer/stores/toasts.ts'

afterEach(() => toasts.setState({ all: [] }))

const texts = () => toasts.getState().all.map(({ text }) => text)

describe('messages', () => {
  it('that can be taken back are so once each, the latest first', async () => {
    const undone: string[] = []
    for (const command of ['first', 'second']) {
      toastWithUndo('Settled.', { command, run: () => Promise.resolve(undone.push(command)) })
    }
    toast('Copied.')
    await takeBackLatest()
    await takeBackLatest()
    expect(takeBackLatest()).toBe(null)
    expect(undone).toEqual(['second', 'first'])
    expect(texts()).toEqual(['Copied.'])
  })

  it('that only say something are said once', () => {
    toast('Copied.')
    toast('Copied.')
    expect(texts()).toEqual(['Copied.'])
  })
})
