/** The log: JSON lines for machines, text for people. Never a body, never a header but the request's id. */

import { pino } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config.ts'

export const createLog = (config: Pick<Config, 'logLevel' | 'logFormat' | 'front'>) => {
  const text = config.logFormat === 'text' || (config.logFormat === 'auto' && config.front === 'none')
  const options = { level: config.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  return text
    ? pino(
        options,
        pretty({
          sync: true,
          ignore: 'pid,hostname',
          translateTime: 'SYS:HH:MM:ss.l',
          colorize: process.stdout.isTTY,
        }),
      )
    : pino({ ...options, formatters: { level: (label) => ({ level: label }) } })
}

export type Log = ReturnType<typeof createLog>
