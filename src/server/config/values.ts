/** The value that the text of a setting means, and what it may be. */

import { type Kind, LOG_LEVELS, type Unit } from './settings.ts'

/** The setting's own. */
export const OWN_UNIT: Unit = { times: 1 }

const rangeIn = ({ times, zero }: Unit, { min, max }: { min: number; max: number }): string =>
  `an integer from ${zero === undefined ? Math.ceil(min / times) : 0} to ${Math.floor(max / times)}`

/** What a value may be, for messages and the docs. */
export const expectation = (setting: Kind, unit = OWN_UNIT): string => {
  switch (setting.kind) {
    case 'string':
      return 'text'
    case 'integer':
      return rangeIn(unit, setting)
    case 'auto-integer':
      return `auto, or ${rangeIn(unit, setting)}`
    case 'choice':
      return `one of ${setting.values.join(', ')}`
    case 'log-level':
      return `one of ${LOG_LEVELS.join(', ')}, or a number from 0 to 60`
  }
}

const parseInteger = (
  text: string,
  { min, max }: { min: number; max: number },
  { times, zero }: Unit,
): number | undefined => {
  if (!/^\d+$/.test(text.trim())) return undefined
  if (Number(text) === 0 && zero !== undefined) return zero
  const value = Number(text) * times
  return value >= min && value <= max ? value : undefined
}

/** Python's logging levels go up in tens from DEBUG = 10; pino's names mean the same. */
const parseLogLevel = (text: string): string | undefined => {
  const name = text.trim().toLowerCase().replace('warning', 'warn').replace('critical', 'fatal')
  if ((LOG_LEVELS as readonly string[]).includes(name)) return name
  const number = parseInteger(name, { min: 0, max: 60 }, OWN_UNIT)
  if (number === undefined) return undefined
  return LOG_LEVELS[Math.min(Math.ceil(number / 10), LOG_LEVELS.length - 2)]
}

/** Undefined if the setting does not allow this text. */
export const parseValue = (setting: Kind, text: string, unit: Unit): string | number | undefined => {
  switch (setting.kind) {
    case 'string':
      return text
    case 'integer':
      return parseInteger(text, setting, unit)
    case 'auto-integer':
      return text === 'auto' ? 'auto' : parseInteger(text, setting, unit)
    case 'choice':
      return setting.values.includes(text) ? text : undefined
    case 'log-level':
      return parseLogLevel(text)
  }
}
