import { D, type Decimal } from '#shared/money.ts'
import { isInTheMoney } from '../broker/corporate-actions.ts'
import { firstAccount, type Answers, type Desk } from '../desk.ts'
import type { Instrument } from '../market/instrument.ts'
import type { Session } from '../session/session.ts'
import { error } from '../wire/account-messages.ts'
import type { Fields } from '../wire/layout.ts'
import { instrumentIn } from './contracts.ts'
import { unknownAccount } from './positions.ts'
import { refusedAsReadOnly } from './read-only.ts'
import { Refusal } from './refusals.ts'

const EXERCISE = 1

type Wanted = {
  readonly account: string
  readonly option: Instrument
  readonly quantity: Decimal
}

/** @throws {Refusal} when the request cannot be met. */
function wantedExercise(desk: Desk, fields: Fields): Wanted {
  const option = instrumentIn(desk, fields)
  if (typeof option === 'string') throw new Refusal(200, option)
  if (option.secType !== 'OPT')
    throw new Refusal(
      321,
      "Error validating request.-'bX' : cause - Only options can be exercised.",
    )
  const account = fields.text('account') || firstAccount(desk).id
  if (!desk.accounts.some(({ id }) => id === account))
    throw new Refusal(321, unknownAccount(account))
  if (fields.integer('exerciseAction') !== EXERCISE)
    throw new Refusal(201, 'Order rejected - reason:Options cannot be lapsed before they expire.')
  const quantity = new D(fields.integer('exerciseQuantity') ?? 0)
  if (!quantity.greaterThan(0)) throw new Refusal(434, 'The order size cannot be zero.')
  if (desk.broker.bookOf(account).quantity(option).lessThan(quantity))
    throw new Refusal(201, 'Order rejected - reason:No such position to exercise.')
  if (!isInTheMoney(desk, option) && !fields.flag('override')) {
    const ignored = 'cause - Exercise ignored because option is not in-the-money.'
    throw new Refusal(322, `Error processing request.-'b8' : ${ignored}`)
  }
  return { account, option, quantity }
}

function exercise(desk: Desk, session: Session, fields: Fields): void {
  const requestId = fields.integer('requestId') ?? -1
  if (refusedAsReadOnly(desk, session, requestId)) return
  try {
    const { account, option, quantity } = wantedExercise(desk, fields)
    // No execution is told: the holdings change, as after an assignment.
    desk.actions.exercise(account, option, quantity)
  } catch (trouble) {
    if (!(trouble instanceof Refusal)) throw trouble
    session.send(error(requestId, trouble.code, trouble.message))
  }
}

export const EXERCISE_ANSWERS: Answers = { exerciseOptions: exercise }
