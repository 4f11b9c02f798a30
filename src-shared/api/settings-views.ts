import { z } from 'zod'

/** Where a setting is said: its kind, and how it is spelled there; null for a default. */
const place = z.object({
  kind: z.enum(['demo', 'flag', 'environment', 'file', 'default']),
  place: z.string().nullable(),
})

export const settingView = z.object({
  key: z.string(),
  description: z.string(),
  /** Null where nothing is chosen. */
  value: z.unknown(),
  from: place,
  /** When a change counts. */
  effect: z.enum(['at-once', 'next-start']),
  /** What it will be when the program is started anew in the same way; null: the same. */
  atNextStart: z.object({ value: z.unknown(), from: place }).nullable(),
})
export type SettingView = z.infer<typeof settingView>

/** A setting that was changed, and that the program was also started with in another place. */
export const overridden = z.object({ key: z.string(), place: z.string(), sentence: z.string() })
export type Overridden = z.infer<typeof overridden>

export const settingsChanged = z.object({
  settings: z.array(settingView),
  overridden: z.array(overridden),
})
