import { CommandError, EXIT } from '../cli/command.ts'

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `10m`, `2h`, `1d` in ms. */
export const parseSince = (text: string): number => {
  const [, number, unit] = text.match(/^(\d{1,6})([smhd])$/) ?? []
  if (number === undefined || unit === undefined) {
    throw new CommandError(`--since takes a time such as 10m, 2h or 1d, not "${text}"`, {
      exitCode: EXIT.usage,
    })
  }
  return Number(number) * (UNITS[unit] as number)
}

/** How often new lines are looked for. */
export const POLL_MS = 2_000
