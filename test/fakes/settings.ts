import { RunningSettings } from '#app/running-settings.ts'
import type { SettingsStore } from '#ports/settings-store.ts'
import { D } from '#shared/money.ts'
import { ok } from '#shared/result.ts'
import type { Source } from '#shared/settings.ts'

/** Nothing is settled by itself. */
export const AUTO_UPDATE_OFF = {
  autoUpdate: { isOn: false, secTypes: [], quantityMax: new D(0), notionalMax: new D(0) },
  turnAutoUpdateOff: () => undefined,
}

type Values = Readonly<Record<string, unknown>>

/** A store in memory; a test reads what it holds, and writes into it behind the program's back. */
export function memoryStore(values: Values = {}): SettingsStore & { values: Values } {
  const store = {
    values,
    spelling: (key: string) => `"${key}" in settings.json`,
    read: () => ok(store.values),
    write: (changes: Values) => {
      const kept = Object.entries({ ...store.values, ...changes })
      store.values = Object.fromEntries(kept.filter(([, value]) => value !== null))
      return ok(null)
    },
  }
  return store
}

/** Settings that were said nowhere, or where a test says. */
export function keptSettings(
  sources: readonly Source[] = [],
  store: SettingsStore = memoryStore(),
): RunningSettings {
  const settings = RunningSettings.open(sources, store)
  if (!settings.ok) throw new Error(settings.error)
  return settings.value
}
