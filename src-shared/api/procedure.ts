import { oc } from '@orpc/contract'

/** Every failure a procedure may answer with, in the user's words, and its status over HTTP. */
export const PROBLEMS = {
  NO_BOOK: {
    status: 404,
    message: 'No book is open for this account yet: connect to TWS or Gateway first.',
  },
  REFUSED: { status: 409, message: 'The request cannot be carried out now.' },
} as const

const procedure = oc.errors(PROBLEMS)

/** Where a procedure answers over HTTP, and what it is called in the document of the API. */
type Place = { readonly path: `/api/${string}`; readonly tag: string; readonly summary: string }

/** Asks and changes nothing: GET, the input in the query of the address. */
export const query = ({ tag, ...place }: Place) =>
  procedure.route({ method: 'GET', tags: [tag], ...place })
/** Changes something: POST, the input as a JSON object in the body. */
export const command = ({ tag, ...place }: Place) =>
  procedure.route({ method: 'POST', tags: [tag], ...place })
