import { D, ZERO, type Decimal } from '#shared/money.ts'
import { ADVISOR } from '../broker/accounts.ts'
import type { NewOrder } from '../broker/orders.ts'
import { isWorking, type Order, type OrderType, type Terms } from '../broker/types.ts'
import { firstAccount, type Answers, type Desk } from '../desk.ts'
import { fixed } from '../fixed.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import { openOrder } from '../wire/order-messages.ts'
import { allocationIn } from './allocation.ts'
import { conditionsIn } from './conditions.ts'
import { instrumentIn } from './contracts.ts'
import { previewOf } from './preview.ts'
import { refusedAsReadOnly } from './read-only.ts'
import { assertWorkable, Refusal } from './refusals.ts'

const ORDER_TYPES: readonly OrderType[] = ['LMT', 'MKT', 'STP', 'STP LMT']

const orderTypeOf = (fields: Fields): OrderType => {
  const type = ORDER_TYPES.find((one) => one === fields.text('orderType').toUpperCase())
  if (type !== undefined) return type
  throw new Refusal(387, 'Unsupported order type for this exchange and security type.')
}

/** A price of an order, which must be a whole number of ticks; BAG prices may be anything. */
function priceOf(fields: Fields, name: string, instrument: Instrument): Decimal | null {
  const told = fields.decimal(name)
  if (told === null) return null
  const price = new D(told)
  const isSpread = instrument.secType === 'BAG'
  if (!isSpread && !price.greaterThan(ZERO)) return null
  // Clients print doubles: 0.1 + 0.2 is meant as 0.3.
  const ticks = price.dividedBy(instrument.minTick).toDecimalPlaces(6)
  if (!ticks.isInteger())
    throw new Refusal(
      110,
      'The price does not conform to the minimum price variation for this contract.',
    )
  return ticks.times(instrument.minTick)
}

function neededPrice(fields: Fields, name: string, instrument: Instrument): Decimal {
  const price = priceOf(fields, name, instrument)
  if (price !== null) return price
  throw new Refusal(321, `Error validating request.-'bX' : cause - Invalid ${name}.`)
}

function quantityOf(fields: Fields, { step }: Instrument): Decimal {
  const quantity = new D(fields.decimal('totalQuantity') ?? 0)
  if (!quantity.greaterThan(ZERO)) throw new Refusal(434, 'The order size cannot be zero.')
  if (!quantity.dividedBy(step).isInteger())
    throw new Refusal(10243, 'Fractional-sized order cannot be placed via API.')
  return quantity
}

function sideOf(fields: Fields): NewOrder['side'] {
  const action = fields.text('action').toUpperCase()
  if (action === 'BUY') return 'buy'
  if (action === 'SELL' || action === 'SSHORT') return 'sell'
  throw new Refusal(321, `Error validating request.-'bX' : cause - Invalid action '${action}'.`)
}

function accountOf(desk: Desk, fields: Fields): NewOrder['account'] {
  const named = fields.text('account')
  if (named === '' && desk.accounts.length > 1)
    throw new Refusal(435, 'You must specify an account.')
  if (named === '') return firstAccount(desk).id
  if (desk.accounts.some(({ id }) => id === named)) return named
  throw new Refusal(
    321,
    `Error validating request.-'bX' : cause - Invalid account code '${named}'.`,
  )
}

type OwnTerms = Omit<Terms, 'conditions' | 'allocation'>

function termsOf(fields: Fields, instrument: Instrument): OwnTerms {
  const orderType = orderTypeOf(fields)
  const isStop = orderType === 'STP' || orderType === 'STP LMT'
  return {
    orderType,
    stopPrice: isStop ? neededPrice(fields, 'auxPrice', instrument) : null,
    timeInForce: fields.text('timeInForce').toUpperCase() || 'DAY',
    ocaGroup: fields.text('ocaGroup'),
    goodTillDate: fields.text('goodTillDate'),
    outsideRth: fields.flag('outsideRth'),
    parentId: fields.integer('parentId') ?? 0,
    isTransmitted: fields.flag('transmit'),
  }
}

/** @throws {Refusal} when the order cannot be one. */
function wantedOrder(desk: Desk, session: Session, fields: Fields): NewOrder {
  const instrument = instrumentIn(desk, fields)
  if (typeof instrument === 'string') throw new Refusal(200, instrument)
  const allocation = allocationIn(desk, fields)
  assertWorkable(fields)
  const account = allocation === null ? accountOf(desk, fields) : ADVISOR
  const conditions = conditionsIn(desk, fields)
  const terms = { ...termsOf(fields, instrument), conditions, allocation }
  const hasLimit = terms.orderType === 'LMT' || terms.orderType === 'STP LMT'
  const modelCode = desk.accounts.find(({ id }) => id === account)?.modelCode ?? ''
  return {
    account,
    modelCode: fields.text('modelCode') || modelCode,
    instrument,
    side: sideOf(fields),
    quantity: quantityOf(fields, instrument),
    clientId: session.clientId() ?? 0,
    orderRef: fields.text('orderRef'),
    isManual: false,
    isQuiet: false,
    limitPrice: hasLimit ? neededPrice(fields, 'lmtPrice', instrument) : null,
    orderId: fields.integer('orderId') ?? 0,
    terms,
  }
}

/** Changes an order that is still working; what cannot change is not looked at. */
function modify(desk: Desk, order: Order, wanted: NewOrder): void {
  const quantity = fixed(wanted.quantity)
  if (quantity < order.filled)
    throw new Refusal(201, 'Order rejected - reason:The order size is below what is filled.')
  order.quantity = quantity
  order.limitPrice = wanted.limitPrice
  order.terms = wanted.terms ?? order.terms
  release(desk, order)
}

/** Sends an order to the exchange, or keeps it in TWS until it is transmitted. */
function release(desk: Desk, order: Order): void {
  if (!order.terms.isTransmitted) {
    desk.broker.setStatus(order, 'PendingSubmit')
    return
  }
  if (order.status === 'PendingSubmit') desk.broker.setStatus(order, 'PreSubmitted')
  else desk.broker.changed(order)
  desk.exchange.work(order)
}

function place(desk: Desk, session: Session, fields: Fields): void {
  const orderId = fields.integer('orderId') ?? 0
  const clientId = session.clientId() ?? 0
  const known = desk.broker.orderOf(clientId, orderId)
  const isChange = known !== null && isWorking(known)
  if (!isChange && (known !== null || orderId < desk.nextOrderId(clientId)))
    throw new Refusal(103, 'Duplicate order id')
  const wanted = wantedOrder(desk, session, fields)
  const preview = previewOf(desk, wanted)
  if (fields.flag('whatIf')) {
    const draft = desk.broker.draft(wanted)
    session.send(openOrder(draft, { version: session.version(), preview }))
    return
  }
  if (isChange) {
    modify(desk, known, wanted)
    return
  }
  if (preview.isTooMuch) {
    refuse(desk, session, wanted)
    return
  }
  const order = desk.broker.place(wanted)
  if (order.terms.isTransmitted) desk.exchange.work(order)
  else desk.broker.setStatus(order, 'PendingSubmit')
}

/** An order the account cannot pay for is taken, found wanting and left inactive. */
function refuse(desk: Desk, session: Session, wanted: NewOrder): void {
  const order = desk.broker.place(wanted)
  const reason = 'Order rejected - reason:YOUR ORDER IS NOT ACCEPTED. INSUFFICIENT FUNDS.'
  session.send(error(order.orderId, 201, reason))
  desk.broker.setStatus(order, 'Inactive')
}

function cannotCancel(orderId: number, order: Order | null): readonly [number, string] {
  const which = `OrderId ${orderId} that needs to be cancelled`
  if (order === null) return [10147, `${which} is not found.`]
  return [10148, `${which} cannot be cancelled, state: ${order.status}.`]
}

const cancel = ({ broker }: Desk, order: Order): void => broker.cancel(order, 'Cancelled by Trader')

export const PLACING_ANSWERS: Answers = {
  placeOrder: (desk, session, fields) => {
    const orderId = fields.integer('orderId') ?? 0
    if (refusedAsReadOnly(desk, session, orderId)) return
    try {
      place(desk, session, fields)
    } catch (trouble) {
      if (!(trouble instanceof Refusal)) throw trouble
      session.send(error(orderId, trouble.code, trouble.message))
    }
  },
  cancelOrder: (desk, session, fields) => {
    const orderId = Number(fields.text('orderId'))
    if (refusedAsReadOnly(desk, session, orderId)) return
    const order = desk.broker.orderOf(session.clientId() ?? 0, orderId)
    if (order !== null && isWorking(order)) cancel(desk, order)
    else session.send(error(orderId, ...cannotCancel(orderId, order)))
  },
  globalCancel: (desk, session) => {
    if (refusedAsReadOnly(desk, session, -1)) return
    for (const order of desk.broker.orders()) if (isWorking(order)) cancel(desk, order)
  },
}
