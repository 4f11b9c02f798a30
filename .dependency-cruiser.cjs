/**
 * The import rules of the house (docs/ARCHITECTURE.md): which layer may know which.
 * `test/architecture` proves that each of them bites.
 */
const only = (name, from, ...to) => ({
  name,
  severity: 'error',
  from: { path: from },
  to: { pathNot: to },
})
const never = (name, from, to) => ({ name, severity: 'error', from, to })

module.exports = {
  forbidden: [
    never('no-cycles', {}, { circular: true }),
    never('no-unresolvable', {}, { couldNotResolve: true }),
    only(
      'shared-is-a-leaf',
      '^src-shared/',
      '^src-shared/',
      'node_modules/(decimal\\.js|zod|@orpc/contract)/',
    ),
    // Decimal comes through src-shared/money
    only('domain-is-pure', '^src-main/domain/', '^src-main/domain/', '^src-shared/'),
    only('ports-are-types', '^src-main/ports/', '^src-main/(ports|domain)/', '^src-shared/'),
    only(
      'app-sees-ports',
      '^src-main/app/',
      '^src-main/(app|domain|ports)/',
      '^src-shared/',
      'node_modules/@orpc/server/',
    ),
    never(
      'adapters-are-strangers',
      { path: '^src-main/adapters/([^/]+)/' },
      { path: '^src-main/(adapters|app)/', pathNot: '^src-main/adapters/$1/' },
    ),
    // Everything but itself, the vocabulary, Node and zod: neither it nor the IB adapter can hide
    // the other's mistakes.
    never(
      'gateway-stands-alone',
      { path: '^src-main/gateway/' },
      {
        pathNot: ['^src-main/gateway/', '^src-shared/', 'node_modules/zod/'],
        dependencyTypesNot: ['core'],
      },
    ),
    never(
      'gateway-is-not-a-library',
      { path: '^src-main/(domain|ports|app|adapters)/' },
      { path: '^src-main/gateway/' },
    ),
    never(
      'electron-has-a-home',
      { path: '^src-', pathNot: '^src-main/(adapters/electron/|(index|preload)\\.ts$)' },
      { path: 'node_modules/electron/' },
    ),
    never(
      'ib-has-a-home',
      { path: '^src-', pathNot: '^src-main/adapters/ib/' },
      { path: 'node_modules/(@stoqey|rxjs)/' },
    ),
    never(
      'duckdb-has-a-home',
      { path: '^src-', pathNot: '^src-main/adapters/duckdb/' },
      { path: 'node_modules/@duckdb/' },
    ),
    only('preload-is-thin', '^src-main/preload', '^src-shared/', 'node_modules/electron/'),
    never(
      'renderer-sees-shared',
      { path: '^src-renderer/' },
      { path: '^src-main/|node_modules/electron/' },
    ),
    never('renderer-has-no-node', { path: '^src-renderer/' }, { dependencyTypes: ['core'] }),
    never('code-ignores-tests', { path: '^src-' }, { path: '^(test|bench|scripts)/' }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      // Without it packages that have only an exports map (@orpc/*) cannot be resolved.
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
