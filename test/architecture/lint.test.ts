import { ESLint } from 'eslint'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plantTree, type PlantedTree } from './planted.ts'

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n')

const manyWays = (count: number): string =>
  `export function a(b: number): number {
${lines(count, (index) => `  if (b === ${String(index)}) return ${String(index * 2)}`)}
  return 0
}`

/** By file: the rule that must refuse it, and what is wrong in it. */
const REFUSED: Readonly<Record<string, readonly [rule: string, code: string]>> = {
  'src-main/domain/now.ts': [
    'no-restricted-properties',
    'export const now = (): number => Date.now()',
  ],
  'src-main/domain/chance.ts': [
    'no-restricted-properties',
    'export const die = (): number => Math.random()',
  ],
  'src-main/domain/today.ts': [
    'no-restricted-syntax',
    'export const year = (): number => new Date().getFullYear()',
  ],
  'src-main/domain/today-text.ts': ['no-restricted-syntax', 'export const today = Date()'],
  'src-main/domain/await.ts': ['no-restricted-syntax', 'export const a = await Promise.resolve(1)'],
  'src-main/domain/async.ts': [
    'no-restricted-syntax',
    'export const one = async (): Promise<number> => 1',
  ],
  'src-shared/for-await.ts': [
    'no-restricted-syntax',
    'export const seen: unknown[] = []\nfor await (const one of [1]) seen.push(one)',
  ],
  'src-shared/today.ts': ['no-restricted-syntax', 'export const today = new Date()'],
  'src-shared/console.ts': ['no-restricted-globals', "console.log('x')\nexport {}"],
  'src-main/app/now.ts': ['no-restricted-properties', 'export const now = Date.now()'],
  'src-main/app/today.ts': ['no-restricted-syntax', 'export const now = new Date().getTime()'],
  'src-main/app/floating.ts': [
    '@typescript-eslint/no-floating-promises',
    'export const start = (): void => {\n  Promise.resolve(1)\n}',
  ],
  'src-main/app/misused.ts': [
    '@typescript-eslint/no-misused-promises',
    'export const each = (): void => [1].forEach(async () => Promise.resolve())',
  ],
  'src-main/domain/switch.ts': [
    '@typescript-eslint/switch-exhaustiveness-check',
    "export function sign(side: 'buy' | 'sell'): number {\n" +
      "  switch (side) {\n    case 'buy':\n      return 1\n  }\n  return 0\n}",
  ],
  'src-main/app/any.ts': [
    '@typescript-eslint/no-explicit-any',
    'export const a = (value: any): boolean => value === 1',
  ],
  'src-main/app/type-import.ts': [
    '@typescript-eslint/consistent-type-imports',
    "import { Side } from './side.ts'\nexport const a: Side = 'buy'",
  ],
  'src-main/app/interface.ts': [
    '@typescript-eslint/consistent-type-definitions',
    'export interface A {\n  readonly a: number\n}',
  ],
  'src-main/app/loose.ts': ['eqeqeq', 'export const a = (b: string | null): boolean => b == null'],
  'src-main/app/long-file.ts': [
    'max-lines',
    lines(301, (index) => `export const a${String(index)} = ${String(index)}`),
  ],
  'src-main/app/long-function.ts': [
    'max-lines-per-function',
    `export const a = (b: number[]): void => {\n${lines(60, () => '  b.push(1)')}\n}`,
  ],
  'src-main/app/four-parameters.ts': [
    'max-params',
    'export const a = (b: number, c: number, d: number, e: number): number => b + c + d + e',
  ],
  'src-main/app/branches.ts': ['complexity', manyWays(12)],
  'src-main/app/long-line.ts': ['max-len', `export const a = '${'x'.repeat(100)}'`],
  'src-renderer/hook.tsx': [
    'react-hooks/rules-of-hooks',
    "import { useState } from 'react'\n" +
      'export function A({ b }: { readonly b: boolean }) {\n' +
      '  if (b) useState(1)\n  return <p />\n}',
  ],
}

/** Files nothing is wrong with. */
const FINE: Readonly<Record<string, string>> = {
  'src-main/app/side.ts': "export type Side = 'buy' | 'sell'",
  'src-main/adapters/system/now.ts': 'export const now = (): number => Date.now()',
  'src-main/domain/moment.ts': 'export const at = (ms: number): Date => new Date(ms)',
  'src-main/app/wait.ts':
    'export const wait = async (until: Promise<number>): Promise<number> => (await until) + 1',
  'src-main/domain/sized.ts': `${lines(299, (index) => `export const a${String(index)} = 1`)}\n`,
  'src-main/domain/sign.ts':
    "export function sign(side: 'buy' | 'sell'): number {\n  switch (side) {\n" +
    "    case 'buy':\n      return 1\n    case 'sell':\n      return -1\n  }\n}",
}

describe('the linter', () => {
  let tree: PlantedTree
  let reported: ReadonlyMap<string, readonly string[]>
  beforeAll(async () => {
    const files: Record<string, string> = { ...FINE }
    for (const [file, [, code]] of Object.entries(REFUSED)) files[file] = code
    tree = plantTree(files)
    const results = await new ESLint({ cwd: tree.root }).lintFiles(Object.keys(files))
    reported = new Map(
      results.map(({ filePath, messages }) => [
        filePath.slice(tree.root.length + 1),
        messages.map(({ ruleId, message }) => ruleId ?? message),
      ]),
    )
  }, 60_000)
  afterAll(() => tree.remove())

  it.each(Object.entries(REFUSED))('refuses %s', (file, [rule]) => {
    expect(reported.get(file)).toContain(rule)
  })

  it.each(Object.keys(FINE))('has nothing against %s', (file) => {
    expect(reported.get(file)).toEqual([])
  })
})
