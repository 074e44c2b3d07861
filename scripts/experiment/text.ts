/** A report for people. */

import { table } from '../cli/output.ts'
import { ALPHA, type Interval } from './estimate.ts'
import type { ComparisonResult, MetricResult, Report } from './report.ts'

const sign = (text: string): string => (text.startsWith('-') ? text : `+${text}`)

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`
const plain = (value: number): string =>
  Math.abs(value) >= 1e6 ? value.toExponential(3) : String(Number(value.toPrecision(4)))
const probability = (p: number): string => (p < 0.0001 ? '<0.0001' : p.toFixed(4))

const range = ({ low, high }: Interval, write: (value: number) => string): string =>
  `${write(low)} … ${write(high)}`

const verdict = ({ pHolm, difference }: ComparisonResult): string =>
  pHolm >= ALPHA ? 'no difference shown' : difference.value > 0 ? 'higher' : 'lower'

const metricText = ({ metric, kind, variants, comparisons }: MetricResult): string => {
  const write = kind === 'rate' ? percent : plain
  const signed = (value: number) => sign(write(value))
  const lines = [
    `${metric} (${kind === 'ratio' ? 'mean of outcomes, by user' : kind} with its 95 % interval)`,
    table(
      [
        { title: 'VARIANT', value: ({ variant }) => variant },
        { title: 'USERS', value: ({ users }) => String(users), align: 'right' },
        { title: 'WITH OUTCOME', value: ({ withOutcome }) => String(withOutcome), align: 'right' },
        { title: 'VALUE', value: ({ value }) => (Number.isNaN(value) ? '–' : write(value)), align: 'right' },
        { title: 'INTERVAL', value: ({ interval }) => (interval ? range(interval, write) : '–') },
      ],
      variants,
    ),
  ]
  if (comparisons.length > 0)
    lines.push(
      table(
        [
          { title: 'AGAINST CONTROL', value: ({ variant }) => variant },
          { title: 'DIFFERENCE', value: ({ difference }) => signed(difference.value), align: 'right' },
          { title: 'INTERVAL', value: ({ difference }) => range(difference, signed) },
          { title: 'RELATIVE', value: ({ relative }) => (relative ? sign(percent(relative.value)) : '–') },
          {
            title: 'INTERVAL',
            value: ({ relative }) => (relative ? range(relative, (value) => sign(percent(value))) : '–'),
          },
          { title: comparisons.length > 1 ? 'P (HOLM)' : 'P', value: ({ pHolm }) => probability(pHolm) },
          { title: '', value: verdict },
        ],
        comparisons,
      ),
      ...comparisons
        .filter(({ detectable }) => detectable > 0)
        .map(
          ({ variant, detectable, needed }) =>
            `${comparisons.length > 1 ? `${variant}: ` : ''}so many users show a difference of ${write(detectable)} four times of five` +
            (needed.length === 0
              ? ''
              : `; a relative one of ${needed.map(({ relative, users }) => `${100 * relative} % needs ${users}`).join(', ')} users in all`),
        ),
    )
  return lines.join('\n')
}

export const reportText = (report: Report): string => {
  const { experiment, exposures, sampleRatio, outcomes, metrics, warnings } = report
  const all = Object.values(exposures.users).reduce((sum, users) => sum + users, 0)
  const split = sampleRatio
    ? `split as the weights say: ${sampleRatio.mismatch ? 'NO' : 'yes'} (chi-square ${sampleRatio.chiSquare.toFixed(2)}, p ${probability(sampleRatio.pValue)})`
    : 'split as the weights say: not known'
  return [
    `${experiment}: ${all} users by ${exposures.lines} invocations, ${exposures.firstAt ?? '–'} to ${exposures.lastAt ?? '–'}; ${split}`,
    `${outcomes.rows} outcomes by ${outcomes.key}, of which ${outcomes.matched} belong to these users; users without one ${outcomes.absent === 'zero' ? 'count as 0' : 'are left out'}`,
    ...metrics.map((metric) => `\n${metricText(metric)}`),
    ...(warnings.length > 0 ? ['', ...warnings.map((text) => `! ${text}`)] : []),
    '',
    'An interval and a p-value hold for one look at a number of users that was decided beforehand; who looks daily and stops at the first p below 0.05 errs far more often than once in 20.',
  ].join('\n')
}
