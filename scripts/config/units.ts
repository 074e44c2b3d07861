/** Durations, shares and sizes as people write them in YAML. */

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/

/** Milliseconds of `800ms`, `300s`, `5m` or `1h`; undefined for any other text. */
export const parseDuration = (text: string): number | undefined => {
  const [, number, unit] = DURATION.exec(text) ?? []
  return number === undefined || unit === undefined ? undefined : Number(number) * (UNIT_MS[unit] ?? 0)
}

/** The shortest way to write a whole number of seconds. */
export const formatDuration = (seconds: number): string => {
  if (seconds > 0 && seconds % 3600 === 0) return `${seconds / 3600}h`
  if (seconds > 0 && seconds % 60 === 0) return `${seconds / 60}m`
  return `${seconds}s`
}

export const PERCENT = /^(\d+(?:\.\d+)?)%$/

/** 10 for `10%`; undefined for any other text. */
export const parsePercent = (text: string): number | undefined => {
  const [, number] = PERCENT.exec(text) ?? []
  return number === undefined ? undefined : Number(number)
}
