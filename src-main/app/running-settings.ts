import { compileRules } from '#domain/attribution.ts'
import type { SettingsStore } from '#ports/settings-store.ts'
import type { Overridden, SettingView } from '#shared/api/settings-views.ts'
import { err, ok, type Result } from '#shared/result.ts'
import {
  EFFECTS,
  mergeSettings,
  settingsSchema,
  type SettingKey,
  type Settings,
  type Source,
} from '#shared/settings.ts'

type Values = Readonly<Record<string, unknown>>
type Listener = (settings: Settings) => void

const KEYS = Object.keys(settingsSchema.shape) as SettingKey[]

/** A source without some of its keys. */
const without = (source: Source, keys: ReadonlySet<string>): Source => ({
  ...source,
  values: withoutKeys(source.values, keys),
})

const withoutKeys = (values: Values, keys: ReadonlySet<string>): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => !keys.has(key)))

/** Where the first source that says a key says it; the default when none does. */
function placeOf(key: SettingKey, sources: readonly Source[]): SettingView['from'] {
  const source = sources.find(({ values }) => values[key] !== undefined)
  return source === undefined
    ? { kind: 'default', place: null }
    : { kind: source.kind, place: source.spelling(key) }
}

/**
 * The settings in force, and the way to change them while the program runs. What is changed is kept
 * in the store, and wins from then on over whatever the program was started with; at the next start
 * a flag or a variable wins again, which the answer says.
 */
export class RunningSettings {
  readonly #store: SettingsStore
  readonly #sources: readonly Source[]
  readonly #listeners = new Set<Listener>()
  /** What the store said at the start. */
  readonly #stored: Source
  /** What it says now. */
  #file: Source
  #changed: ReadonlySet<string> = new Set()
  #current: Settings

  private constructor(
    sources: readonly Source[],
    store: SettingsStore,
    from: { readonly file: Source; readonly current: Settings },
  ) {
    this.#sources = sources
    this.#store = store
    this.#stored = from.file
    this.#file = from.file
    this.#current = from.current
  }

  /** The first source that says a key wins; the store comes last. Refuses in a sentence. */
  static open(sources: readonly Source[], store: SettingsStore): Result<RunningSettings, string> {
    const read = store.read()
    if (!read.ok) return read
    const file: Source = { kind: 'file', values: read.value, spelling: store.spelling }
    const current = mergeSettings([...sources, file])
    if (!current.ok) return current
    return ok(new RunningSettings(sources, store, { file, current: current.value }))
  }

  get current(): Settings {
    return this.#current
  }

  /** Tells of every change; the function returned ends it. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Every setting: what it is, where that was said, and what it will be at the next start. */
  view(): SettingView[] {
    const inForce = [...this.#sources.map((one) => without(one, this.#changed)), this.#file]
    const atStart = [...this.#sources, this.#stored]
    const next = [...this.#sources, this.#file]
    const merged = mergeSettings(next)
    return KEYS.map((key) => {
      const value = this.#current[key] ?? null
      const nextValue = (merged.ok ? merged.value[key] : undefined) ?? null
      const isSame = JSON.stringify(nextValue) === JSON.stringify(value)
      return {
        key,
        description: settingsSchema.shape[key].description ?? '',
        value,
        from: placeOf(key, EFFECTS[key] === 'at-once' ? inForce : atStart),
        effect: EFFECTS[key],
        atNextStart: isSame ? null : { value: nextValue, from: placeOf(key, next) },
      }
    })
  }

  /**
   * Changes settings, all or none: null goes back to the default. Answers which of them are said
   * by a flag or a variable, too. Refuses in sentences.
   */
  change(wanted: Values): Result<readonly Overridden[], string> {
    const refusal = this.#refusalOf(wanted)
    if (refusal !== null) return err(refusal)
    // What the demo decides is so for this run only: it is not kept.
    const values = withoutKeys(wanted, new Set(Object.keys(this.#demo)))
    const keys = new Set(Object.keys(values))
    const changed = new Set([...this.#changed, ...keys])
    const said = { kind: 'file' as const, values: present(values), spelling: (key: string) => key }
    const merged = mergeSettings([
      said,
      ...this.#sources.map((one) => without(one, changed)),
      without(this.#file, keys),
    ])
    if (!merged.ok) return merged
    const rules = compileRules(merged.value.attribution)
    if (!rules.ok) return rules
    return this.#adopt(values, { changed, merged: merged.value })
  }

  #adopt(
    values: Values,
    to: { readonly changed: ReadonlySet<string>; readonly merged: Settings },
  ): Result<readonly Overridden[], string> {
    const keys = Object.keys(values) as SettingKey[]
    // As parsed, so that the file holds a number where a form said a text.
    const kept = keys.map((key) => [key, values[key] === null ? null : to.merged[key]])
    const written = this.#store.write(Object.fromEntries(kept) as Values)
    if (!written.ok) return written
    const file = { ...this.#file.values, ...(Object.fromEntries(kept) as Values) }
    this.#file = { ...this.#file, values: present(file) }
    this.#changed = to.changed
    const waiting = KEYS.filter((key) => EFFECTS[key] === 'next-start')
    const asBefore = waiting.map((key) => [key, this.#current[key]])
    this.#current = { ...to.merged, ...(Object.fromEntries(asBefore) as Partial<Settings>) }
    for (const listener of this.#listeners) listener(this.#current)
    return ok(keys.flatMap((key) => this.#overriddenAt(key)))
  }

  get #demo(): Values {
    return this.#sources.find(({ kind }) => kind === 'demo')?.values ?? {}
  }

  #refusalOf(values: Values): string | null {
    if ('dataDir' in values) {
      return 'dataDir cannot be changed while the program runs: start it with --data-dir.'
    }
    for (const [key, value] of Object.entries(values)) {
      if (!Object.hasOwn(this.#demo, key) || this.#demo[key] === value) continue
      return `The demo decides ${key} itself: start Truebook without --demo to choose another.`
    }
    return null
  }

  #overriddenAt(key: SettingKey): readonly Overridden[] {
    const { kind, place } = placeOf(key, this.#sources)
    if (place === null || kind === 'demo') return []
    const sentence = `${place} is given, too, and wins again at the next start; leave it out then.`
    return [{ key, place, sentence }]
  }
}

/** What is not null. */
const present = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null))
