import type { Result } from '#shared/result.ts'

type Values = Readonly<Record<string, unknown>>

/** Where settings are kept between runs. Failures are sentences for the user. */
export type SettingsStore = {
  /** How the place of a key is called in a sentence. */
  readonly spelling: (key: string) => string
  readonly read: () => Result<Values, string>
  /** Sets the keys given, removes those that are null, and leaves all else as it is. */
  readonly write: (values: Values) => Result<null, string>
}
