import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { holdsDecimals, withNumbers } from '#adapters/web/decimals.ts'
import { liveMessage } from '#shared/api/live.ts'
import { decimalString } from '#shared/api/decimal.ts'
import { accountView, fillRow } from '#shared/api/views.ts'
import { workspaceDocument } from '#shared/api/workspace.ts'
import { aFill } from '../../renderer/fake-book.ts'

describe('decimals as JSON numbers', () => {
  it('are only what the schema declares a decimal: ids and texts of digits stay texts', () => {
    const row = z.object({ symbol: z.string(), orderRef: z.string(), price: decimalString })
    expect(withNumbers(row, { symbol: '123', orderRef: '700', price: '123' })).toEqual({
      symbol: '123',
      orderRef: '700',
      price: 123,
    })
  })

  it('are found however they are wrapped, and unknown stays unknown', () => {
    const schema = z.object({
      known: decimalString.nullable(),
      unknown: decimalString.nullable(),
      left: decimalString.optional(),
      described: decimalString.describe('a price').optional(),
      byCurrency: z.record(z.string(), decimalString),
      many: z.array(z.object({ amount: decimalString })).readonly(),
      either: z.union([z.object({ text: z.string() }), z.object({ amount: decimalString })]),
    })
    const value = {
      known: '-1.5',
      unknown: null,
      described: '2',
      byCurrency: { USD: '3.25' },
      many: [{ amount: '4' }],
      either: { amount: '5' },
    }
    expect(withNumbers(schema, schema.parse(value))).toEqual({
      known: -1.5,
      unknown: null,
      described: 2,
      byCurrency: { USD: 3.25 },
      many: [{ amount: 4 }],
      either: { amount: 5 },
    })
  })

  it('leave the value as it was for everybody else', () => {
    const value = { baseCurrency: 'USD', netLiquidation: '1.10', unrealized: null, realized: null }
    const view = { ...value, at: null }
    withNumbers(accountView, view)
    expect(view).toEqual({ ...value, at: null })
  })

  it('are found in every message of the live stream, by its kind', () => {
    const fill = aFill()
    const changes = { kind: 'changes', subscription: '1', revision: 2, fills: [fill] }
    const told = withNumbers(liveMessage, liveMessage.parse(changes)) as typeof changes
    const numbers = Object.entries(told.fills[0]!).filter(([, field]) => typeof field === 'number')
    const wanted = Object.entries(fillRow.shape)
      .filter(([key, schema]) => holdsDecimals(schema) && fill[key as 'realized'] !== null)
      .map(([key]) => key)
    expect(wanted).toContain('price')
    expect(numbers.map(([key]) => key)).toEqual(expect.arrayContaining(wanted))
    expect(told.fills[0]).toMatchObject({ fillId: fill.fillId, orderRef: fill.orderRef })
  })

  it('are not looked for in what every object inherits', () => {
    const loose = z.looseObject({ price: decimalString })
    const value = { price: '1', constructor: 'c', toString: 't' }
    expect(withNumbers(loose, value)).toEqual({ ...value, price: 1 })
  })

  it('are told from texts that happen to be checked by a pattern', () => {
    expect(holdsDecimals(z.string().regex(/^\d+$/))).toBe(false)
    expect(holdsDecimals(z.object({ conId: z.number(), at: z.number().int() }))).toBe(false)
  })

  it('are looked for once in what holds itself', () => {
    expect(holdsDecimals(workspaceDocument)).toBe(false)
  })
})
