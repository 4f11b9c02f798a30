import { run } from './planted.ts'

export type Violation = { readonly rule: string; readonly from: string; readonly to: string }

export type Cruised = {
  readonly violations: readonly Violation[]
  readonly totalCruised: number
  /** The modules looked at, relative to the project. */
  readonly sources: ReadonlySet<string>
}

type Report = {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly totalCruised: number
    readonly violations: readonly {
      readonly rule: { readonly name: string }
      readonly from: string
      readonly to: string
      readonly cycle?: readonly { readonly name: string }[]
    }[]
  }
}

type Reported = Report['summary']['violations'][number]

/** A cycle is reported once, from any of its modules: it is a violation of each. */
const violationsOf = ({ rule, from, to, cycle }: Reported): readonly Violation[] =>
  (cycle ?? [{ name: from }]).map(({ name }) => ({ rule: rule.name, from: name, to }))

/** What dependency-cruiser says of a project by that project's own rules. */
export async function cruise(root: string): Promise<Cruised> {
  const args = ['--output-type', 'json', 'src-shared', 'src-main', 'src-renderer']
  const printed = await run('dependency-cruiser/bin/dependency-cruise.mjs', args, root)
  const { modules, summary } = JSON.parse(printed) as Report
  return {
    violations: summary.violations.flatMap(violationsOf),
    totalCruised: summary.totalCruised,
    sources: new Set(modules.map(({ source }) => source)),
  }
}
