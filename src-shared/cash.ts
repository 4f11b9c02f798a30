/**
 * What a change of cash was. `opening` is what was there before the book; `deposit` and
 * `withdrawal` are flows; `conversion` and `futures-sweep` move value without making any; the
 * rest is income, or what it costs. The broker's API names none of them: a person, a rule or a
 * statement does.
 */
export const CASH_CLASSES = [
  'opening',
  'deposit',
  'withdrawal',
  'dividend',
  'interest',
  'fee',
  'tax',
  'conversion',
  'futures-sweep',
  'cash-in-lieu',
  'other',
] as const
export type CashClass = (typeof CASH_CLASSES)[number]

/** What a change of cash can be booked as; `opening` is written when a book is opened. */
export const BOOKED_CLASSES = CASH_CLASSES.filter((one) => one !== 'opening')

/** A flow is the owner's money coming or going: never a gain or a loss. */
export const isFlow = (cashClass: CashClass): boolean =>
  cashClass === 'deposit' || cashClass === 'withdrawal'
