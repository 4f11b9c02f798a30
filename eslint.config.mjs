import { defineConfig, globalIgnores } from 'eslint/config'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/** What a pure, synchronous layer may not touch: the clock and chance are arguments. */
const today = [
  {
    selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
    message: 'Time is an argument.',
  },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time is an argument.' },
]
const synchronous = 'The domain is synchronous: waiting belongs to app/.'
const waiting = [
  { selector: 'AwaitExpression', message: synchronous },
  { selector: 'ForOfStatement[await=true]', message: synchronous },
  { selector: ':function[async=true]', message: synchronous },
]
const clockAndChance = [
  { object: 'Date', property: 'now', message: 'Time is an argument: take a Clock.' },
  { object: 'Math', property: 'random', message: 'Chance is an argument: take a seed.' },
]

/** The sizes of the house: a reader holds one function, one file, in the head at once. */
const sizes = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 60 }],
  complexity: ['error', 12],
  'max-params': ['error', 3],
  'max-len': ['error', { code: 100, ignoreUrls: true }],
}

export default defineConfig([
  globalIgnores(['out/', 'node_modules/', '**/*.cjs', '**/*.mjs']),
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...sizes,
      eqeqeq: 'error',
      'no-restricted-properties': ['error', ...clockAndChance],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allow: ['Decimal'] },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['src-main/**'],
    rules: { 'no-restricted-syntax': ['error', ...today] },
  },
  {
    files: ['src-main/domain/**', 'src-shared/**'],
    rules: {
      'no-restricted-syntax': ['error', ...today, ...waiting],
      'no-restricted-globals': ['error', 'process', 'console', 'setTimeout', 'fetch'],
    },
  },
  {
    files: ['src-main/adapters/system/**', 'src-main/gateway/main.ts', 'scripts/**', 'bench/**'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
  {
    files: ['src-renderer/**'],
    extends: [reactHooks.configs.flat.recommended],
  },
  {
    files: ['test/**', 'bench/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-properties': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
])
