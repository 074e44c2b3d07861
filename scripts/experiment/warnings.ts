/** Why a result is not to be trusted, or says less than it seems to. The gravest come first. */

import { ALPHA } from './estimate.ts'
import type { MetricResult, Report, VariantResult } from './report.ts'
import { evennessOf, MISMATCH } from './split.ts'

/** Of successes and of failures: below it a rate is not normal. */
const FEWEST = 5

/** Users that make a mean normal, by its skewness squared (Kohavi et al., "Seven Rules of Thumb", KDD 2014). */
const PER_SKEWNESS = 355

const isSmall = ({ kind }: MetricResult, { withOutcome, value, skewness }: VariantResult): boolean =>
  kind === 'rate'
    ? Math.min(value, 1 - value) * withOutcome < FEWEST
    : withOutcome < Math.max(30, PER_SKEWNESS * skewness ** 2)

const ofMetric = (result: MetricResult, { control, outcomes }: Report): string[] => {
  const { metric, kind, variants, comparisons } = result
  const warnings: string[] = []
  const withoutAny = variants.filter(({ withOutcome }) => withOutcome < 2)
  if (withoutAny.length > 0)
    warnings.push(
      `${metric}: too few users to compare: ${withoutAny.map((each) => `${each.variant} has ${each.withOutcome} with an outcome`).join(', ')}`,
    )
  const small = variants.filter((each) => each.withOutcome >= 2 && isSmall(result, each))
  if (small.length > 0)
    warnings.push(
      kind === 'rate'
        ? `${metric}: the sample is too small: ${small.map(({ variant }) => variant).join(', ')} has fewer than ${FEWEST} users with 1 or with 0, so p-value and interval are rough`
        : `${metric}: the sample is too small for so skewed values: ${small.map((each) => `${each.variant} has ${each.withOutcome} users and needs ${Math.ceil(Math.max(30, PER_SKEWNESS * each.skewness ** 2))}`).join(', ')}; p-value and interval are rough`,
    )
  const evenness = evennessOf(variants)
  if (evenness !== undefined && evenness < MISMATCH)
    warnings.push(
      `${metric}: users without an outcome are not spread evenly over the variants (p ${evenness.toExponential(1)}): those who are left compare badly`,
    )
  const values = new Set(variants.map(({ value }) => value))
  if (outcomes.absent === 'left out' && values.size === 1 && values.has(1) && kind === 'rate')
    warnings.push(
      `${metric}: every outcome is 1; if the file has those who did something and nobody else, --absent zero counts the others`,
    )
  for (const { variant, pHolm, detectable } of comparisons)
    if (pHolm >= ALPHA && detectable > 0)
      warnings.push(
        `${metric}: no difference between ${variant} and ${control} is shown, which does not show that there is none: so many users show one of ${detectable.toPrecision(2)} or more, four times of five`,
      )
  return warnings
}

export const warningsOf = (report: Report, periods: number): string[] => {
  const { sampleRatio, exposures, outcomes, metrics } = report
  const all = Object.values(exposures.users).reduce((sum, users) => sum + users, 0)
  return [
    ...(sampleRatio?.mismatch
      ? [
          `users are not split as the weights say (p ${sampleRatio.pValue.toExponential(1)}): the experiment has a fault, and its result means nothing`,
        ]
      : []),
    ...(sampleRatio === null
      ? ['too few users, or no weights in the lines, to check how users are split']
      : []),
    ...(periods > 1
      ? [
          `the weights changed while users came (${periods} different ones): a variant's users came at other times than another's, and what differs between the times looks like a difference of variants; compare users of one period`,
        ]
      : []),
    ...(exposures.crossed > 0
      ? [
          `${exposures.crossed} of ${all} users had more than one variant and are counted with their first, which makes differences look smaller`,
        ]
      : []),
    ...(exposures.sawOther > 0
      ? [
          `${exposures.sawOther} of ${all} users were answered by a variant that was not theirs, and count with theirs`,
        ]
      : []),
    ...(exposures.unreadable > 0
      ? [
          `${exposures.unreadable} of the lines of exposures ${exposures.unreadable === 1 ? 'is' : 'are'} no JSON and left out: what npm or Lambda writes is harmless, but half a line is an exposure that is lost`,
        ]
      : []),
    ...(outcomes.matched < outcomes.rows
      ? [`${outcomes.rows - outcomes.matched} of ${outcomes.rows} outcomes belong to nobody who took part`]
      : []),
    ...metrics.flatMap((metric) => ofMetric(metric, report)),
  ]
}
