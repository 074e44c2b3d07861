import type { Context, Register } from '../cli/command.ts'
import { HOME, REFRESH_MS } from '../cli/watching.ts'
import { noEndpoint } from '../deploy/existing.ts'
import { pause } from '../deploy/session.ts'
import { costOfStatus, formatCost } from '../price/cost.ts'
import { formatStatus } from '../status/format.ts'
import { readStatus } from '../status/status.ts'
import { byTarget } from './by-target.ts'
import { ENDPOINT_OPTION, openTarget } from './open.ts'

export const registerStatus: Register = (program, context: Context) => {
  program
    .command('status')
    .description(
      'Shows what runs: variants, weights, instances, image, model, and the traffic of the last minutes.',
    )
    .option('-w, --watch', 'again every five seconds, until Ctrl-C', false)
    .option(...ENDPOINT_OPTION)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e production status --watch')
    .action(
      byTarget(
        context,
        (lambda) => lambda.status,
        async ({ watch, endpoint: named }: { watch: boolean; endpoint?: string }) => {
          const target = await openTarget(context, named)
          const session = { ...target.session, onlyLooks: true }
          const { endpoint, region } = target
          const { clients, output } = session
          for (;;) {
            const status = await readStatus(clients, endpoint)
            if (status === undefined) throw noEndpoint(endpoint)
            const cost = costOfStatus(status, region)
            const text = `${formatStatus(status, output.colours)}\n${formatCost(cost)}`
            const home = watch && process.stdout.isTTY === true && !context.options().json ? HOME : ''
            output.result({ ...status, cost }, `${home}${text}`)
            if (!watch) return
            await pause(session, REFRESH_MS)
          }
        },
      ),
    )
}
