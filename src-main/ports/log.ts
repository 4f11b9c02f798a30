/** Facts beside the sentence. Never account values or secrets; account ids are shortened. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>

/** Where the program says what it does. Adapters decide where the lines go. */
export type Log = {
  readonly info: (sentence: string, fields?: LogFields) => void
  readonly warn: (sentence: string, fields?: LogFields) => void
  readonly error: (sentence: string, fields?: LogFields) => void
}
