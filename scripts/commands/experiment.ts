import { Argument, Option } from 'commander'
import { CommandError, EXIT, type Register } from '../cli/command.ts'
import { readExposures } from '../experiment/exposed.ts'
import { linesOf } from '../experiment/lines.ts'
import { readOutcomes } from '../experiment/outcomes.ts'
import { reportOf } from '../experiment/report.ts'
import { reportText } from '../experiment/text.ts'

type Options = {
  exposures: string
  outcomes: string
  metric: string[]
  control: string
  experiment?: string
  absent: 'left-out' | 'zero'
}

const choose = <T>(experiments: ReadonlyMap<string, T>, asked: string | undefined): [string, T] => {
  const names = [...experiments.keys()]
  const refuse = (message: string, fix: string) => new CommandError(message, { exitCode: EXIT.usage, fix })
  if (names.length === 0)
    throw refuse('there are no exposures', 'each is a line {"event":"invocation",…} of the proxy')
  const name = asked ?? (names.length === 1 ? names[0] : undefined)
  const found = name === undefined ? undefined : experiments.get(name)
  if (name !== undefined && found !== undefined) return [name, found]
  throw refuse(
    asked === undefined ? 'the exposures are of several experiments' : `there are no exposures of ${asked}`,
    `name one with --experiment: ${names.join(', ')}`,
  )
}

export const registerExperiment: Register = (program, context) => {
  program
    .command('experiment')
    .description(
      'report: compares variants of an A/B test by a metric: difference, interval, and whether the split is healthy (docs/ab-testing.md).',
    )
    .addArgument(new Argument('<what>', 'what to do').choices(['report']))
    .requiredOption(
      '--exposures <PLACE>',
      'lines of the proxy: a file, a folder, s3://BUCKET/PREFIX, or logs:GROUP',
    )
    .requiredOption(
      '--outcomes <FILE>',
      '.csv with a header, or a JSON object a line: inferenceId, user or userId, and metrics',
    )
    .option(
      '--metric <NAME>',
      'a column of outcomes; may be repeated (default: all)',
      (name: string, before: string[]) => [...before, name],
      [],
    )
    .option('--control <VARIANT>', 'the variant that others are compared with', 'primary')
    .option('--experiment <SALT>', 'where the exposures are of several')
    .addOption(
      new Option('--absent <AS>', 'what users (or requests) without an outcome are')
        .choices(['left-out', 'zero'])
        .default('left-out'),
    )
    .addHelpText(
      'after',
      '\nExample: onnx-serving-endpoint experiment report --exposures s3://my-exposures/exp-7/ --outcomes bought.csv --metric bought',
    )
    .action(async (_what: string, options: Options) => {
      const outcomes = readOutcomes(options.outcomes, options.metric)
      const lines = linesOf(options.exposures, () => context.clients(context.options().region))
      const [name, exposed] = choose(await readExposures(lines), options.experiment)
      const report = reportOf({
        experiment: name,
        exposed,
        outcomes,
        control: options.control,
        absentIsZero: options.absent === 'zero',
      })
      context.output().result(report, reportText(report))
    })
}
