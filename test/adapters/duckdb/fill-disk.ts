import { ledgerIn } from '#adapters/duckdb/ledger.ts'
import type { Changes, LedgerError } from '#ports/ledger.ts'
import { execId } from '#shared/ids.ts'
import { aFill } from '../../fakes/builders.ts'
import { changes } from './folder.ts'

/**
 * Writes fills until the disk takes no more, and says how many were committed and why not more.
 * Told that there is space again, it goes on in the same breath, and says how many there are then.
 */
const [folder = '', migrations = '', fills = ''] = process.argv.slice(2)
const opened = await ledgerIn({ folder, migrations })('DU1234567')
if (!opened.ok) throw new Error(opened.error.sentence)
const ledger = opened.value
const say = (said: unknown): void => void process.stdout.write(`${JSON.stringify(said)}\n`)

const batch = (number: number): Changes =>
  changes({
    newFills: Array.from({ length: Number(fills) }, (_, index) =>
      aFill({ execId: execId(`${number}.${index}.01`), orderRef: 'm'.repeat(500) }),
    ),
  })

let committed = 0
for (;;) {
  try {
    await ledger.commit(batch(committed))
    committed += 1
  } catch (error) {
    say({ committed, failure: (error as LedgerError).failure })
    break
  }
}

process.stdin.once('data', () => void goOn())

async function goOn(): Promise<void> {
  await ledger.commit(batch(committed))
  say((await ledger.load()).fillCount)
  await ledger.close()
  process.exit(0)
}
