import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { MIGRATIONS } from './folder.ts'

describe('docs/ledger.md', () => {
  it('documents every table there is, and no other', () => {
    const sql = readdirSync(MIGRATIONS).map((name) => readFileSync(join(MIGRATIONS, name), 'utf8'))
    const tables = [...sql.join('\n').matchAll(/CREATE TABLE (\w+)/g)].map(([, name]) => name)
    const page = readFileSync('docs/ledger.md', 'utf8')
    const [, section = ''] = page.split(/^## Tables$/m)
    const documented = [...section.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name)
    expect(documented.sort()).toEqual([...tables, 'migrations'].sort())
  })
})
