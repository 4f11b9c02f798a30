import { ORPCError } from '@orpc/server'
import { PROBLEMS } from '#shared/api/procedure.ts'
import type { Account } from './account.ts'
import type { Book } from './book.ts'
import type { Desk } from './desk.ts'

export type Opened = { readonly account: Account; readonly book: Book }

/** The account named, or the first one; refuses in a sentence when there is none. */
export function find(desk: Desk, id: string | undefined): Account {
  return desk.find(id) ?? noBook('No such account: connect to TWS or Gateway first.')
}

/** The same with its book; refuses in a sentence while its ledger is not open. */
export function opened(desk: Desk, id: string | undefined): Opened {
  const account = find(desk, id)
  if (account.book) return { account, book: account.book }
  noBook(account.trouble?.sentence ?? 'The ledger of this account is being opened.')
}

function noBook(message: string): never {
  throw new ORPCError('NO_BOOK', { status: PROBLEMS.NO_BOOK.status, message })
}
