import { ledgerIn } from '#adapters/duckdb/ledger.ts'

/** Opens a ledger, says so, and holds it until it is ended: a second instance of the program. */
const [folder = '', migrations = ''] = process.argv.slice(2)
const opened = await ledgerIn({ folder, migrations })('DU1234567')
process.stdout.write(opened.ok ? 'held\n' : `${opened.error.kind}\n`)
setInterval(() => undefined, 60_000)
