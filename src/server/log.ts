/** The log: JSON lines for machines, text for people. Never a body, never a header but the request's id. */

import { pino } from 'pino'
import type { Config } from './config/settings.ts'

type LogSettings = Pick<Config, 'logLevel' | 'logFormat' | 'front' | 'lambda'>

/** True if people read the output. */
export const isText = ({ logFormat, front, lambda }: LogSettings): boolean =>
  logFormat === 'text' || (logFormat === 'auto' && front === 'none' && lambda === undefined)

export const createLog = async (config: LogSettings) => {
  const options = { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (!isText(config)) return pino({ ...options, formatters: { level: (label) => ({ level: label }) } })
  const { default: pretty } = await import('pino-pretty')
  const colorize = process.stdout.isTTY
  return pino(
    options,
    pretty({ sync: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l', colorize }),
  )
}

export type Log = Awaited<ReturnType<typeof createLog>>
