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
      'node_modules/(decimal.js|zod|@orpc/contract)/',
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
    only('gateway-stands-alone', '^src-main/gateway/', '^src-main/gateway/', '^src-shared/', '^node:', '^[a-z_]+$', 'node_modules/zod/'),
    never(
      'gateway-is-not-a-library',
      { path: '^src-main/(domain|ports|app|adapters)/' },
      { path: '^src-main/gateway/' },
    ),
    never(
      'electron-has-a-home',
      { path: '^src-', pathNot: '^src-main/(adapters/electron/|index|preload)' },
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
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.json'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
}
