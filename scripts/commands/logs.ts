import { timeOf } from '../aws/clients.ts'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError, type Context, EXIT, type Register } from '../cli/command.ts'
import { pause } from '../deploy/session.ts'
import { createTail, type LogLine } from '../logs/tail.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

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

const POLL_MS = 2_000

const format = ({ time, variant, instance, text }: LogLine): string =>
  `${time.toISOString()} ${variant}/${instance} ${text}`

type Options = { follow: boolean; since: string; variant?: string; endpoint?: string }

export const registerLogs: Register = (program, context: Context) => {
  program
    .command('logs')
    .description("Prints the containers' lines.")
    .option('-f, --follow', 'go on with new lines until Ctrl-C', false)
    .option('--since <TIME>', 'how far back to begin, such as 90s, 10m, 2h, 1d', '10m')
    .option('--variant <NAME>', 'of one variant only')
    .option(...ENDPOINT_OPTION)
    .addHelpText('after', '\nExample: endpoint logs --since 1h --variant primary -f')
    .action(async ({ follow, since, variant, endpoint: named }: Options) => {
      const sinceMs = parseSince(since)
      const { session, endpoint } = await openTarget(context, named)
      const { clients, output } = session
      // An endpoint that is gone may have left its log; asking for it tells AWS's time.
      await describeEndpoint(clients, endpoint)
      const { json } = context.options()
      const tail = createTail(clients, endpoint, {
        sinceMs: timeOf(clients) - sinceMs,
        ...(variant !== undefined && { variant }),
      })
      for (;;) {
        for await (const page of tail.poll()) {
          for (const line of page) output.raw(`${json ? JSON.stringify(line) : format(line)}\n`)
        }
        if (!follow) return
        await pause(session, POLL_MS)
      }
    })
}
