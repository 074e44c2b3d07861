import { timeOf } from '../aws/clients.ts'
import { describeEndpoint } from '../aws/live.ts'
import type { Context, Register } from '../cli/command.ts'
import { pause } from '../deploy/session.ts'
import { POLL_MS, parseSince } from '../logs/since.ts'
import { createTail, type LogLine } from '../logs/tail.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

const format = ({ time, variant, instance, text }: LogLine): string =>
  `${time.toISOString()} ${variant}/${instance} ${text}`

type Options = { follow: boolean; since: string; variant?: string; endpoint?: string }

export const registerLogs: Register = (program, context: Context) => {
  program
    .command('logs')
    .description("Prints the containers' lines.")
    .option('-F, --follow', 'go on with new lines until Ctrl-C', false)
    .option('--since <TIME>', 'how far back to begin, such as 90s, 10m, 2h, 1d', '10m')
    .option('--variant <NAME>', 'of one variant only')
    .option(...ENDPOINT_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint logs --since 1h --variant primary --follow')
    .action(
      byTarget(
        context,
        (lambda) => lambda.logs,
        async ({ follow, since, variant, endpoint: named }: Options) => {
          const sinceMs = parseSince(since)
          const target = await openTarget(context, named)
          const session = { ...target.session, onlyLooks: true }
          const { endpoint } = target
          const { clients, output } = session
          // An endpoint that is gone may have left its log; asking for it tells AWS's time.
          await describeEndpoint(clients, endpoint)
          const { json } = context.options()
          const now = timeOf(clients)
          const tail = createTail(clients, endpoint, {
            sinceMs: now - sinceMs,
            ...(variant !== undefined && { prefix: `${variant}/` }),
          })
          let isEmpty = true
          for (let isFirst = true; ; isFirst = false) {
            for await (const page of tail.poll()) {
              isEmpty = false
              for (const line of page) output.raw(`${json ? JSON.stringify(line) : format(line)}\n`)
            }
            if (isFirst && isEmpty) {
              output.step(
                `No lines of ${variant ?? endpoint} since ${new Date(now - sinceMs).toISOString()}; AWS's clock says ${new Date(now).toISOString()}. Look further back with --since, such as 1d.`,
              )
            }
            if (!follow) return
            await pause(session, POLL_MS)
          }
        },
      ),
    )
}
