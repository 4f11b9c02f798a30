import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plantTree, run, type PlantedTree } from './planted.ts'

/** What a layer without Node and DOM types must not be able to name, and the error it gives. */
const GLOBALS = {
  process: 'export const a = process.pid',
  console: "console.log('x')\nexport {}",
  document: 'export const a = document.title',
  setTimeout: 'setTimeout(() => undefined, 1)\nexport {}',
  fetch: "export const a = fetch('x')",
  Buffer: "export const a = Buffer.from('')",
  'node-fs': "import { readFileSync } from 'node:fs'\nexport const a = readFileSync",
  'node-type': "import type { Stats } from 'node:fs'\nexport type A = Stats",
}
const PURE = ['src-shared', 'src-main/domain', 'src-main/ports']

const planted: Record<string, string> = {
  // Each imports a layer it must not know: TS6307, a file of another project. Every one its own
  // file, as the compiler reports a file of another project once.
  'src-shared/other-layer.ts': "export * from '#domain/fine.ts'",
  'src-main/domain/other-layer.ts': "export * from '#app/of-domain.ts'",
  'src-main/ports/other-layer.ts': "export type * from '#app/of-ports.ts'",
  'src-renderer/other-layer.ts': "export type * from '#domain/fine.ts'",
  'src-renderer/process.ts': 'export const a = process.pid',
  'src-renderer/node-fs.ts': "import 'node:fs/promises'\nexport { stat } from 'node:fs'",
  'src-main/app/document.ts': 'export const a = document.title',
  // The language itself is kept strict everywhere.
  'src-shared/enum.ts': 'export enum Side {\n  buy,\n  sell,\n}',
  'src-shared/unchecked.ts': 'export const at = (a: readonly string[]): string => a[0]',
  'src-shared/absent.ts': 'type A = { a?: number }\nexport const a: A = { a: undefined }',
}
for (const layer of PURE) {
  for (const [name, code] of Object.entries(GLOBALS)) planted[`${layer}/${name}.ts`] = code
}

/** What each layer may do. */
const FINE: Readonly<Record<string, string>> = {
  'src-shared/fine.ts': "export const sum = (a: bigint): bigint => a + BigInt('1')",
  'src-main/domain/fine.ts': "import { sum } from '#shared/fine.ts'\nexport const two = sum(1n)",
  'src-main/ports/fine.ts': "export type { two } from '#domain/fine.ts'",
  'src-main/app/of-domain.ts': 'export const a = 1',
  'src-main/app/of-ports.ts': 'export const a = 1',
  'src-main/app/fine.ts': "export { two } from '#domain/fine.ts'\nexport const { pid } = process",
  'src-renderer/fine.ts':
    "import { sum } from '#shared/fine.ts'\nexport { sum }\ndocument.title = ''",
}

describe('the compiler, one project per layer', () => {
  let tree: PlantedTree
  let failing: ReadonlySet<string>
  beforeAll(async () => {
    tree = plantTree({ ...planted, ...FINE })
    const printed = await run(
      'typescript/bin/tsc',
      ['-b', '--pretty', 'false', 'src-main', 'src-renderer'],
      tree.root,
    )
    failing = new Set(
      printed.split('\n').flatMap((line) => /^([^(\s]+)\(\d+,\d+\): error/.exec(line)?.[1] ?? []),
    )
  }, 60_000)
  afterAll(() => tree.remove())

  it.each(Object.keys(planted))('refuses %s', (file) => {
    expect(failing).toContain(file)
  })

  it('compiles what each layer may do', () => {
    expect(Object.keys(FINE).filter((file) => failing.has(file))).toEqual([])
  })
})
