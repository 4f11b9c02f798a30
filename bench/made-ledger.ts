import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { ledgerIn } from '#adapters/duckdb/ledger.ts'

/** The account the simulated gateway has, too. */
export const ACCOUNT = 'DEMO1000001'

/**
 * A ledger of this many fills in a thousand positions, written by SQL: what they are does not
 * matter here, how many does.
 */
export async function makeLedger(folder: string, fills: number): Promise<void> {
  const opened = await ledgerIn({ folder, migrations: 'resources/migrations' })(ACCOUNT)
  if (!opened.ok) throw new Error(opened.error.sentence)
  await opened.value.close()
  const instance = await DuckDBInstance.create(join(folder, `${ACCOUNT}.duckdb`))
  const connection = await instance.connect()
  await connection.run('SET preserve_insertion_order = true')
  for (const sql of statements(fills)) await connection.run(sql)
  await connection.run('CHECKPOINT')
  connection.closeSync()
  instance.closeSync()
}

const EXECUTION = `'${ACCOUNT}', 100000 + i % 250, 'STK', 1,
  CASE WHEN i % 2 = 0 THEN 'buy' ELSE 'sell' END, 10 + i % 90, 100 + (i % 5000) / 100,
  make_timestamp_ns(1600000000000000000 + i * 150000000000),
  '20200913 12:26:40 US/Eastern', 'NASDAQ',
  i, 1000000 + i, 11, 'MOMENTUM:' || i, 10 + i % 90, 100 + (i % 5000) / 100, false, 1, ''`

const STRATEGY = `(['MOMENTUM', 'MEANREV', 'CARRY', 'TREND'])[1 + (i // 250) % 4]`
const ROOT = `printf('0000e0d5.%08x.01', i)`
const MOMENT = 'make_timestamp_ns(1600000000000000000 + i * 150000000000)'

const statements = (fills: number): readonly string[] => [
  `INSERT INTO journal VALUES (1, make_timestamp_ns(1600000000000000000), 'bench',
   'opening.confirmed', 'confirmed', '')`,
  `INSERT INTO executions SELECT ${ROOT} || '.01', ${ROOT}, 1, ${EXECUTION}, 'ib', ${MOMENT}
   FROM range(${fills}) r(i)`,
  `INSERT INTO fills SELECT ${ROOT}, ${ROOT} || '.01', 1, ${EXECUTION}, ${STRATEGY}, 'default',
   1.05, 'USD', 1, 0 FROM range(${fills}) r(i)`,
  `INSERT INTO attributions SELECT ${ROOT}, ${MOMENT}, ${STRATEGY}, 'default'
   FROM range(${fills}) r(i)`,
  `INSERT INTO commissions SELECT ${ROOT} || '.01', ${MOMENT}, 1.05, 'USD', NULL, false
   FROM range(${fills}) r(i)`,
  `INSERT INTO strategy_positions SELECT ${MOMENT}, ${STRATEGY}, 100000 + i % 250,
   i % 900, i % 900, 0 FROM range(${fills}) r(i)`,
  `INSERT INTO contracts SELECT 100000 + i, 'SYM' || i, 'SYM' || i, 'STK', 'USD', 'SMART', 'NASDAQ',
   'NMS', 1, 1, 0.01, NULL, NULL, NULL, 'Company ' || i FROM range(250) r(i)`,
  `INSERT INTO positions SELECT ${STRATEGY}, 100000 + i % 250, 100, 10000, 0, true, true,
   make_timestamp_ns(1750000000000000000), 1, 10, 'r', 0, make_timestamp_ns(1750000000000000000)
   FROM range(1000) r(i)`,
  `INSERT INTO position_commissions SELECT ${STRATEGY}, 100000 + i % 250, 'USD', 1050
   FROM range(1000) r(i)`,
  `INSERT INTO orders SELECT ${MOMENT}, 'p' || (1000000 + i), 1000000 + i, 11, i, '${ACCOUNT}',
   100000 + i % 250, 'MOMENTUM:' || i, ${STRATEGY}, 'buy', 100, 'LMT', 100, NULL, 'DAY', 'Filled',
   100, 0, 100, NULL, ${MOMENT} FROM range(${fills}) r(i)`,
]
