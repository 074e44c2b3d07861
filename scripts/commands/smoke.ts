import { InvalidArgumentError } from 'commander'
import { describeEndpoint } from '../aws/live.ts'
import { CommandError, type Context, EXIT, type Register } from '../cli/command.ts'
import { loadDeployment } from '../config/load.ts'
import { type Figures, measure } from '../deploy/figures.ts'
import { runSmokeTests } from '../deploy/smoke.ts'
import { loadSmokeTests } from '../deploy/smoke-files.ts'
import { openTarget } from './open.ts'

const MOST_TIMES = 10_000

const timesOf = (text: string): number => {
  const times = Number(text)
  if (Number.isInteger(times) && times >= 1 && times <= MOST_TIMES) return times
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST_TIMES}.`)
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

const formatFigures = (endpoint: string, { requests, errors, p50Ms, p99Ms, maxMs }: Figures): string =>
  `${endpoint}: ${requests} requests, ${errors} errors, p50 ${milliseconds(p50Ms)}, p99 ${milliseconds(p99Ms)}, longest ${milliseconds(maxMs)}`

export const registerSmoke: Register = (program, context: Context) => {
  program
    .command('smoke')
    .description(
      "Sends the file's smoke tests to the live endpoint, and says how many went wrong and how long they took.",
    )
    .option('--times <N>', 'each so often, one after the other', timesOf, 1)
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e staging smoke --times 100')
    .action(async ({ times }: { times: number }) => {
      const { file, environment } = context.options()
      const tests = await loadSmokeTests(loadDeployment(file, environment).deployment.smoke)
      if (tests.length === 0)
        throw new CommandError(`${file} has no smoke tests`, {
          exitCode: EXIT.usage,
          fix: 'name a request under smoke, and what its answer must contain: docs/endpoint-yaml.md',
        })
      const target = await openTarget(context, undefined)
      const session = { ...target.session, onlyLooks: true }
      const { endpoint } = target
      const live = await describeEndpoint(session.clients, endpoint)
      if (live === undefined)
        throw new CommandError(`there is no endpoint ${endpoint}`, {
          fix: 'check the name, the Region and the account',
        })
      const asyncOutput = live.AsyncInferenceConfig?.OutputConfig?.S3OutputPath
      const variants = (live.ProductionVariants ?? []).map(({ VariantName }) => VariantName as string)
      const figures = await measure(tests, times, (each, round) => {
        session.output.progress(`smoke tests: ${round} of ${times}`)
        return runSmokeTests(session, endpoint, each, variants, asyncOutput)
      })
      session.output.result({ endpoint, ...figures }, formatFigures(endpoint, figures))
      if (figures.problems.length > 0)
        throw new CommandError(`${endpoint} failed its smoke tests:\n  ${figures.problems.join('\n  ')}`)
    })
}
