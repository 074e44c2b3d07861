import { CommandError, type Register } from '../cli/command.ts'
import { type Output, printable, table } from '../cli/output.ts'
import { type Report, runChecks } from '../doctor/checks.ts'
import { gather } from '../doctor/subject.ts'

/** A row a check, and beneath it what has more lines, and the fix. */
const format = (report: Report, colours: Output['colours']): string => {
  const paint = {
    ok: colours.green,
    warning: colours.yellow,
    failed: colours.red,
    'not checked': colours.dim,
  }
  const [head, ...rows] = table(
    [
      { title: 'CHECK', value: ({ name }) => name },
      { title: 'RESULT', value: ({ status }) => paint[status](status) },
      { title: '', value: ({ detail }) => printable(detail.split('\n')[0] ?? '') },
    ],
    report,
  ).split('\n')
  return [
    head,
    ...report.flatMap(({ detail, fix }, at) => [
      rows[at],
      ...detail
        .split('\n')
        .slice(1)
        .map((line) => `    ${printable(line)}`),
      ...(fix === undefined ? [] : [`    → ${printable(fix)}`]),
    ]),
  ].join('\n')
}

export const registerDoctor: Register = (program, context) => {
  program
    .command('doctor')
    .description(
      'Checks this machine, the configuration and the account, and says what to do; changes nothing.',
    )
    .addHelpText('after', '\nExample: onnx-serving-endpoint -e production doctor')
    .action(async () => {
      const output = context.output()
      const report = await runChecks(await gather(context.options(), context.clients))
      const failures = report.filter(({ status }) => status === 'failed').length
      output.result({ failed: failures, checks: report }, format(report, output.colours))
      if (failures > 0) throw new CommandError(`${failures} of ${report.length} checks failed`)
    })
}
