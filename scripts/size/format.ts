/** What a load test has found, for people. */

import { table } from '../cli/output.ts'
import { formatCost } from '../price/cost.ts'
import type { Point } from './point.ts'
import type { Recommendation, Wanted } from './recommend.ts'
import type { Sized } from './run.ts'

export const rateOf = (perSecond: number): string => perSecond.toFixed(perSecond < 100 ? 1 : 0)

const milliseconds = (ms: number): string =>
  Number.isFinite(ms) ? ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0) : '–'

const heldText = ({ verdict, late, counted, generatorIsLimit }: Point): string => {
  if (verdict === 'held') return 'yes'
  if (generatorIsLimit) return 'no: sent late'
  if (verdict === 'over') return 'no'
  return late <= counted / 100 ? 'likely' : 'hardly'
}

export const pointsTable = (points: readonly Point[]): string =>
  table<Point>(
    [
      { title: 'REQUESTS/S', align: 'right', value: ({ perSecond }) => rateOf(perSecond) },
      { title: 'SENT', align: 'right', value: ({ sent }) => String(sent) },
      { title: 'ERRORS', align: 'right', value: ({ errors }) => String(errors) },
      { title: 'LATE', align: 'right', value: ({ late, counted }) => `${late}/${counted}` },
      { title: 'P50 MS', align: 'right', value: ({ p50Ms }) => milliseconds(p50Ms) },
      { title: 'P99 MS', align: 'right', value: ({ p99Ms }) => milliseconds(p99Ms) },
      {
        title: '95 % EACH WAY',
        align: 'right',
        value: ({ p99LowMs, p99HighMs }) => `${milliseconds(p99LowMs)} to ${milliseconds(p99HighMs)}`,
      },
      { title: 'AT ONCE', align: 'right', value: ({ concurrency }) => concurrency.toFixed(1) },
      { title: 'SENT LATE', align: 'right', value: ({ generatorLateMs }) => milliseconds(generatorLateMs) },
      {
        title: 'OWN CPU',
        align: 'right',
        value: ({ generatorCpu }) => `${Math.round(generatorCpu * 100)} %`,
      },
      { title: 'HELD', value: heldText },
    ],
    [...points].sort((a, b) => a.perSecond - b.perSecond),
  )

const STOPPED: Record<NonNullable<Sized['stopped']>, string> = {
  interrupted: 'Interrupted',
  time: '--max-time was reached',
  requests: '--max-requests was reached',
}

const verdict = (sized: Sized): string[] => {
  const { target, p99LimitMs, rate, above, limit, shown, stopped, slowAlone, aloneMs } = sized
  const ended = stopped === undefined ? [] : [`${STOPPED[stopped]}: this is what is known so far.`]
  const goal = `a p99 of ${p99LimitMs} ms`
  if (slowAlone)
    return [
      `No rate holds ${goal}: a request to ${target} takes ${milliseconds(aloneMs ?? Number.NaN)} ms without any other beside it.`,
    ]
  if (limit === 'generator')
    return [
      `The generator was the limit, not ${target}: it ${rate === undefined ? 'could not send in time at any rate' : `sent in time up to ${rateOf(rate)} requests a second, which held ${goal}`}. What it would hold is not known.`,
      'Run it on a larger machine, with nothing beside it, and close to the endpoint.',
      ...ended,
    ]
  if (rate === undefined)
    return [
      above === undefined
        ? 'Nothing is known yet.'
        : `No rate holds ${goal} on ${target}: ${rateOf(above)} requests a second does not.`,
      ...ended,
    ]
  const up =
    above === undefined ? 'No higher one was tried.' : `${rateOf(above)} requests a second did not hold.`
  return [
    `${target} ${shown || stopped === undefined ? 'holds' : 'seems to hold'} ${goal} at ${stopped === undefined ? 'up to ' : ''}${rateOf(rate)} requests a second. ${up}`,
    shown
      ? 'It was measured anew after it had been found, and holds with 95 %.'
      : 'It is not shown: too few requests were measured at that rate to be sure.',
    ...ended,
  ]
}

const counts = (
  { instances, planned, perInstance, scaling, concurrency, invocationsPerMinute }: Recommendation,
  { rate, utilisation }: Wanted,
): string[] => {
  const percent = `${Math.round(utilisation * 100)} %`
  return [
    `One instance: ${rateOf(perInstance)} requests a second, of which ${percent} are ${rateOf(planned)}.`,
    ...(instances !== undefined && rate !== undefined
      ? [
          `For ${rateOf(rate)} requests a second: ${instances} instances, ${instances - 1} of them at ${percent} at most, and one to spare.`,
        ]
      : []),
    `Scaling: ${concurrency} requests at once, or ${invocationsPerMinute} a minute, for each instance; ${
      scaling.metric === 'concurrency'
        ? 'the former follows load within seconds'
        : 'the latter, since so few at once say little'
    }.`,
  ]
}

const recommendation = (found: Recommendation, wanted: Wanted): string[] => [
  '',
  ...counts(found, wanted),
  ...found.extrapolated.map((text) => `Not measured, but taken for true: ${text}.`),
  ...(found.yaml === undefined ? [] : ['', '# endpoint.yaml', found.yaml]),
  ...(found.cost === undefined ? [] : ['', formatCost(found.cost)]),
]

export const formatSized = (sized: Sized, wanted: Wanted): string =>
  [
    ...(sized.points.length === 0
      ? []
      : [pointsTable([...sized.points, ...(sized.operating ? [sized.operating] : [])]), '']),
    ...verdict(sized),
    ...(sized.changed === undefined
      ? []
      : [`Nothing is recommended, since what was measured is void: ${sized.changed}.`]),
    ...(sized.recommendation === undefined ? [] : recommendation(sized.recommendation, wanted)),
  ].join('\n')
