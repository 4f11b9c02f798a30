import { D, ZERO, type Decimal } from '#shared/money.ts'
import { accountTotals } from '../broker/account-values.ts'
import type { Account } from '../broker/accounts.ts'
import type { Allocation, Share } from '../broker/types.ts'
import { accountsOf, type Desk } from '../desk.ts'
import type { Fields } from '../wire/layout.ts'
import { Refusal } from './refusals.ts'

const ADVICE = ['faGroup', 'faMethod', 'faPercentage'] as const

const invalid = (cause: string): Refusal =>
  new Refusal(321, `Error validating request.-'bX' : cause - ${cause}`)
const unavailable = (reason: string): Refusal =>
  new Refusal(201, `Order rejected - reason:${reason}`)

/**
 * How an order is to be shared out among an advisor's accounts; null when it is for one.
 * @throws {Refusal} when it cannot be shared out as it says.
 */
export function allocationIn(desk: Desk, fields: Fields): Allocation | null {
  if (ADVICE.every((name) => fields.text(name) === '')) return null
  if (desk.accounts.length < 2)
    throw new Refusal(344, 'The account is not a financial advisor account.')
  const [group, method] = [fields.text('faGroup'), fields.text('faMethod')]
  if (group === '') throw invalid('An allocation needs a group.')
  if (fields.text('account') !== '') throw invalid('An order for a group names no account.')
  if (fields.text('secType') === 'BAG')
    throw unavailable('Allocations of combinations are not available.')
  const isKnown = group === 'All' || desk.groups.some(({ name }) => name === group)
  const members = isKnown ? accountsOf(desk, group, fields.text('modelCode')) : null
  if (members === null || members.length === 0) throw invalid(`There is no group '${group}'.`)
  const shares = members.map((member) => ({
    account: member.id,
    modelCode: member.modelCode,
    weight: weightOf({ desk, group, method }, member),
  }))
  if (shares.every(isEmpty)) throw unavailable('The accounts of the group have no equity.')
  return { group, method, percentage: fields.text('faPercentage'), shares }
}

const isEmpty = ({ weight }: Share): boolean => weight.isZero()

type Advice = { readonly desk: Desk; readonly group: string; readonly method: string }

/** What an account counts, by the method. */
const METHODS: Readonly<Record<string, (desk: Desk, account: string) => Decimal>> = {
  Equal: () => new D(1),
  EqualQuantity: () => new D(1),
  NetLiq: (desk, account) => positive(accountTotals(desk, account).net),
  AvailableEquity: (desk, account) => {
    const { net, margin } = accountTotals(desk, account)
    return positive(net.minus(margin))
  },
  PctChange: () => {
    throw unavailable('Allocations by a change in percent are not available.')
  },
}

/** What an account counts; without a method by the group's own. */
function weightOf({ desk, group, method }: Advice, { id }: Account): Decimal {
  const { accounts = [], percentages } = desk.groups.find(({ name }) => name === group) ?? {}
  const meant = method || (percentages === undefined ? 'NetLiq' : 'Percent')
  if (meant === 'Percent') {
    if (percentages === undefined) throw unavailable(`The group ${group} has no percentages.`)
    return new D(percentages[accounts.indexOf(id)] ?? 0)
  }
  const weigh = Object.hasOwn(METHODS, meant) ? METHODS[meant] : undefined
  if (weigh === undefined) throw invalid(`There is no allocation method '${meant}'.`)
  return weigh(desk, id)
}

const positive = (value: Decimal): Decimal => D.max(ZERO, value)
