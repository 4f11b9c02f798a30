import { createRequire } from 'node:module'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cruise, type Violation } from './cruise.ts'
import { plantTree, ROOT, type PlantedTree } from './planted.ts'

type RuleBook = { readonly forbidden: readonly { readonly name: string }[] }
const { forbidden } = createRequire(import.meta.url)(
  join(ROOT, '.dependency-cruiser.cjs'),
) as RuleBook

/** Where something stands that others may, or may not, import. */
const TARGETS = [
  'src-shared/target.ts',
  'src-main/domain/target.ts',
  'src-main/ports/target.ts',
  'src-main/app/target.ts',
  'src-main/adapters/ib/target.ts',
  'src-main/adapters/duckdb/target.ts',
  'src-main/adapters/electron/target.ts',
  'src-main/gateway/target.ts',
  'src-renderer/target.ts',
  'test/target.ts',
  'bench/target.ts',
  'scripts/target.ts',
]

/** By rule: in which folder (or file) importing what breaks it. */
const FORBIDDEN: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'no-cycles': { 'src-shared': ['#shared/cycle.ts'] },
  'no-unresolvable': { 'src-main/app': ['./nowhere.ts', 'no-such-package', '#domain/nowhere.ts'] },
  'shared-is-a-leaf': {
    'src-shared': ['#domain/target.ts', '#renderer/target.ts', 'node:fs', 'react', '@orpc/server'],
  },
  'domain-is-pure': {
    'src-main/domain': [
      '#ports/target.ts',
      '#app/target.ts',
      'node:fs',
      'util',
      'decimal.js',
      'zod',
    ],
  },
  'ports-are-types': { 'src-main/ports': ['#app/target.ts', '#adapters/ib/target.ts', 'node:net'] },
  'app-sees-ports': {
    'src-main/app': ['#adapters/ib/target.ts', '#main/compose.ts', 'node:fs', 'zod', 'ws'],
  },
  'adapters-are-strangers': {
    'src-main/adapters/ib': ['#adapters/duckdb/target.ts', '#app/target.ts'],
    'src-main/adapters/electron': ['../ib/target.ts'],
  },
  'gateway-stands-alone': {
    'src-main/gateway': [
      '#domain/target.ts',
      '#ports/target.ts',
      '#adapters/ib/target.ts',
      '@stoqey/ib',
      'decimal.js',
      'ws',
    ],
  },
  'gateway-is-not-a-library': {
    'src-main/adapters/ib': ['#gateway/target.ts'],
    'src-main/app': ['#gateway/target.ts'],
    'src-main/domain': ['#gateway/target.ts'],
  },
  'electron-has-a-home': {
    'src-shared': ['electron'],
    'src-main': ['electron'],
    'src-main/adapters/ib': ['electron'],
    'src-main/index-of-things': ['electron'],
    'src-renderer': ['electron'],
  },
  'ib-has-a-home': {
    'src-main': ['@stoqey/ib', 'rxjs'],
    'src-main/app': ['@stoqey/ib', 'rxjs/operators'],
    'src-main/adapters/duckdb': ['@stoqey/ib'],
  },
  'duckdb-has-a-home': {
    'src-main': ['@duckdb/node-api'],
    'src-main/adapters/ib': ['@duckdb/node-api'],
    'src-renderer': ['@duckdb/node-api'],
  },
  'preload-is-thin': { 'src-main/preload.ts': ['#app/target.ts', '#domain/target.ts', 'node:fs'] },
  'renderer-sees-shared': {
    'src-renderer': ['#main/compose.ts', '#domain/target.ts', '#ports/target.ts', 'electron'],
  },
  'renderer-has-no-node': { 'src-renderer': ['node:fs', 'path', 'node:fs/promises'] },
  'code-ignores-tests': {
    'src-shared': ['../test/target.ts'],
    'src-main': ['../bench/target.ts', '../test/target.ts'],
    'src-renderer': ['../scripts/target.ts'],
  },
}

/** In which folder (or file) importing what breaks no rule: the guards leave room to work. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'src-shared': ['#shared/target.ts', 'decimal.js', 'zod', '@orpc/contract'],
  'src-main/domain': ['#domain/target.ts', '#shared/target.ts'],
  'src-main/ports': ['#ports/target.ts', '#domain/target.ts', '#shared/target.ts'],
  'src-main/app': ['#ports/target.ts', '#domain/target.ts', '#shared/target.ts', '@orpc/server'],
  'src-main/adapters/ib': [
    '#ports/target.ts',
    '#domain/target.ts',
    '@stoqey/ib',
    'rxjs',
    'node:net',
  ],
  'src-main/adapters/duckdb': ['./target.ts', '@duckdb/node-api', 'node:fs/promises'],
  'src-main/adapters/electron': ['electron'],
  'src-main/gateway': ['#gateway/target.ts', '#shared/target.ts', 'zod', 'net', 'node:fs/promises'],
  'src-main': ['#app/target.ts', '#adapters/ib/target.ts', '#gateway/target.ts', 'ws'],
  'src-main/index.ts': ['electron', '#main/compose.ts'],
  'src-main/preload.ts': ['electron', '#shared/target.ts'],
  'src-renderer': ['#shared/target.ts', 'react', 'zustand', '@orpc/client', '@orpc/contract'],
}

type Planted = { readonly rule: string | null; readonly file: string; readonly imports: string }

/** A file for every import, by value and by type; a file that is named holds all its imports. */
function planted(): readonly Planted[] {
  const rules = [...Object.entries(FORBIDDEN), [null, ALLOWED] as const]
  return rules.flatMap(([rule, places]) =>
    Object.entries(places).flatMap(([place, imports]) =>
      imports.flatMap((imported, index): readonly Planted[] => {
        if (place.endsWith('.ts')) return [{ rule, file: place, imports: `import '${imported}'` }]
        const name = `${place}/${rule ?? 'allowed'}-${String(index)}`
        return [
          { rule, file: `${name}.ts`, imports: `import '${imported}'` },
          { rule, file: `${name}-type.ts`, imports: `import type {} from '${imported}'` },
        ]
      }),
    ),
  )
}

function filesOf(plants: readonly Planted[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = {
    'src-main/compose.ts': 'export {}\n',
    'src-shared/cycle.ts': "import './no-cycles-0.ts'\nimport './no-cycles-0-type.ts'\n",
  }
  for (const target of TARGETS) files[target] = 'export {}\n'
  for (const { file, imports } of plants) files[file] = `${files[file] ?? ''}${imports}\n`
  return files
}

/** The module an import names, as the end of the path it resolves to. */
const imported = ({ imports }: Planted): string =>
  /'(?:node:|#\w+\/|[./]+\/)?([^']+)'/.exec(imports)?.[1] ?? ''

/** Holds forbidden and allowed imports alike, so it is looked at import by import. */
const PRELOAD = 'src-main/preload.ts'

const isReported = (planted: Planted, violations: readonly Violation[]): boolean =>
  violations.some(
    ({ rule, from, to }) =>
      rule === planted.rule &&
      from === planted.file &&
      (from !== PRELOAD || to.endsWith(imported(planted))),
  )

describe('each import rule', () => {
  const plants = planted()
  let tree: PlantedTree
  let violations: readonly Violation[]
  beforeAll(async () => {
    tree = plantTree(filesOf(plants))
    violations = (await cruise(tree.root)).violations
  })
  afterAll(() => tree.remove())

  it('has a planted violation', () => {
    expect(Object.keys(FORBIDDEN).sort()).toEqual(forbidden.map(({ name }) => name).sort())
  })

  it.each(Object.keys(FORBIDDEN))('%s bites on every violation planted for it', (rule) => {
    const expected = plants.filter((one) => one.rule === rule)
    expect(expected.length).toBeGreaterThan(0)
    expect(expected.filter((one) => !isReported(one, violations))).toEqual([])
  })

  it('leaves alone what is allowed', () => {
    const allowed = new Set(plants.filter(({ rule }) => rule === null).map(({ file }) => file))
    const wronged = violations.filter(({ from }) => allowed.has(from) && from !== PRELOAD)
    expect(wronged).toEqual([])
    const refused = violations.filter(({ from }) => from === PRELOAD).map(({ to }) => to)
    expect(refused.sort()).toEqual(['fs', 'src-main/app/target.ts', 'src-main/domain/target.ts'])
  })
})
