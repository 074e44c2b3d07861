import { InvalidArgumentError } from 'commander'
import type { Context, Register } from '../cli/command.ts'
import { readExisting } from '../deploy/existing.ts'
import { measure, requireTests, showFigures } from '../deploy/figures.ts'
import { runSmokeTests } from '../deploy/smoke.ts'
import { byTarget } from './by-target.ts'
import { openTarget } from './open.ts'

const MOST_TIMES = 10_000

const timesOf = (text: string): number => {
  const times = Number(text)
  if (Number.isInteger(times) && times >= 1 && times <= MOST_TIMES) return times
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_TIMES}.`)
}

export const registerSmoke: Register = (program, context: Context) => {
  program
    .command('smoke')
    .description(
      "Sends the file's smoke tests to what is deployed, and says how many went wrong and how long they took.",
    )
    .option('--times <N>', 'each so often, one after the other', timesOf, 1)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e staging smoke --times 100')
    .action(
      byTarget(
        context,
        (lambda) => lambda.smoke,
        async ({ times }: { times: number }) => {
          const target = await openTarget(context, undefined)
          const tests = await requireTests(context.options().file, target.deployment?.smoke ?? [])
          const session = { ...target.session, onlyLooks: true }
          const { endpoint } = target
          const live = await readExisting(session.clients, endpoint)
          const asyncOutput = live.AsyncInferenceConfig?.OutputConfig?.S3OutputPath
          const variants = (live.ProductionVariants ?? []).map(({ VariantName }) => VariantName as string)
          const figures = await measure(tests, times, (each, round) => {
            session.output.progress(`smoke tests: ${round} of ${times}`)
            return runSmokeTests(session, endpoint, each, variants, asyncOutput)
          })
          showFigures(session.output, endpoint, figures)
        },
      ),
    )
}
