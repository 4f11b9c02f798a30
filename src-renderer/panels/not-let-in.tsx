/** Stands in place of the screen when the core does not know who asks. */
export function NotLetIn({ hasKey }: { readonly hasKey: boolean }) {
  return (
    <main className="not-let-in">
      <h1>Truebook</h1>
      <p className="lead">
        {hasKey
          ? 'This page’s key is not accepted: the program was started anew since.'
          : 'This page was opened without the key of the running program.'}
      </p>
      <p>
        Open the link the program printed when it started. It looks like{' '}
        <code>http://127.0.0.1:…/?token=…</code> and is valid until the program ends. Nobody without
        that link can see the book.
      </p>
    </main>
  )
}
