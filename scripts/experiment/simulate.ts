/**
 * Made-up experiments whose truth is known: how often the report finds an effect, how often its interval has it, and how often the
 * check of the split gives an alarm. `npx tsx scripts/experiment/simulate.ts` prints the table.
 */

import { fileURLToPath } from 'node:url'
import { randomNumbers } from '../../src/worker/engine/fill.ts'
import { table } from '../cli/output.ts'
import { sampleRatio } from '../traffic/sample-ratio.ts'
import { compare } from './compare.ts'
import { ALPHA, estimate, type Unit } from './estimate.ts'

type Draw = (random: () => number, effect: number) => Unit

/** What a user's outcomes are; the metric's true value is its base and the effect. */
export const WORLDS: Record<'rate' | 'mean' | 'ratio', { base: number; draw: Draw }> = {
  /** Bought or not. */
  rate: { base: 0.1, draw: (random, effect) => ({ n: 1, y: random() < 0.1 + effect ? 1 : 0 }) },
  /** Seconds, with a long tail: an exponential distribution. */
  mean: { base: 10, draw: (random, effect) => ({ n: 1, y: -10 * Math.log(1 - random()) + effect }) },
  /** Right answers of 1 to 9 requests; some users ask hard questions only, and they ask more. */
  ratio: {
    base: 0.5,
    draw: (random, effect) => {
      const easy = random()
      const n = 1 + Math.floor(9 * random())
      let y = 0
      for (let request = 0; request < n; request++) if (random() < 0.25 + easy / 2 + effect) y++
      return { n, y }
    },
  },
}

export type Simulated = {
  /** Shares of the experiments. */
  found: number
  covered: number
  /** Alarms that users are not split as the weights say. */
  mismatched: number
  /** As `found`, if each request counted as a unit of its own. */
  foundByRequests: number
  /** Found at one of ten looks, as users came. */
  foundByPeeking: number
}

export type Simulation = {
  world: keyof typeof WORLDS
  effect: number
  users: number
  experiments: number
  seed: number
  /** Share of the challenger's users that get lost before they are logged. */
  lost?: number
  /** Whether `foundByPeeking` is wanted, which takes ten times as long. */
  peeks?: boolean
}

const LOOKS = 10
const WEIGHTS = { primary: 70, challenger: 30 }

const RIGHT: Unit = { n: 1, y: 1 }
const WRONG: Unit = { n: 1, y: 0 }

/** A request as a user of its own. */
const byRequest = (units: readonly Unit[]): Unit[] => {
  const requests: Unit[] = []
  for (const { n, y } of units) for (let at = 0; at < n; at++) requests.push(at < y ? RIGHT : WRONG)
  return requests
}

const isFound = (control: readonly Unit[], other: readonly Unit[]): boolean => {
  const comparison = compare(estimate(control), estimate(other))
  return comparison !== undefined && comparison.pValue < ALPHA
}

export const simulate = ({
  world,
  effect,
  users,
  experiments,
  seed,
  lost = 0,
  peeks = false,
}: Simulation): Simulated => {
  const random = randomNumbers(seed)
  const { draw } = WORLDS[world]
  const counts = { found: 0, covered: 0, mismatched: 0, foundByRequests: 0, foundByPeeking: 0 }
  for (let experiment = 0; experiment < experiments; experiment++) {
    const primary: Unit[] = []
    const challenger: Unit[] = []
    let peeked = false
    for (let user = 1; user <= users; user++) {
      if (random() * 100 < WEIGHTS.primary) primary.push(draw(random, 0))
      else if (random() >= lost) challenger.push(draw(random, effect))
      if (peeks && user % (users / LOOKS) === 0) peeked ||= isFound(primary, challenger)
    }
    const comparison = compare(estimate(primary), estimate(challenger))
    if (comparison === undefined) continue
    const { low, high } = comparison.difference
    if (comparison.pValue < ALPHA) counts.found++
    if (low <= effect && effect <= high) counts.covered++
    if (world === 'ratio' && isFound(byRequest(primary), byRequest(challenger))) counts.foundByRequests++
    if (peeked) counts.foundByPeeking++
    const split = sampleRatio({ primary: primary.length, challenger: challenger.length }, WEIGHTS)
    if (split?.mismatch) counts.mismatched++
  }
  const share = (count: number): number => count / experiments
  return {
    found: share(counts.found),
    covered: share(counts.covered),
    mismatched: share(counts.mismatched),
    foundByRequests: share(counts.foundByRequests),
    foundByPeeking: share(counts.foundByPeeking),
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

const print = (): void => {
  const common = { users: 4000, experiments: 1000, seed: 1, peeks: true }
  const rows: Simulation[] = [
    { ...common, world: 'rate', effect: 0 },
    { ...common, world: 'rate', effect: 0.03 },
    { ...common, world: 'mean', effect: 0 },
    { ...common, world: 'mean', effect: 1 },
    { ...common, world: 'ratio', effect: 0 },
    { ...common, world: 'ratio', effect: 0.02 },
    { ...common, world: 'rate', effect: 0, lost: 0.1 },
  ]
  const results = rows.map((row) => ({ ...row, ...simulate(row) }))
  console.log(
    table(
      [
        {
          title: 'METRIC',
          value: ({ world, lost }) => (lost ? `${world}, a tenth of challenger's users lost` : world),
        },
        { title: 'TRUE EFFECT', value: ({ effect }) => String(effect), align: 'right' },
        { title: 'FOUND', value: ({ found }) => percent(found), align: 'right' },
        { title: 'INTERVAL HAS IT', value: ({ covered }) => percent(covered), align: 'right' },
        { title: 'SPLIT ALARM', value: ({ mismatched }) => percent(mismatched), align: 'right' },
        {
          title: 'FOUND IN 10 LOOKS',
          value: ({ foundByPeeking }) => percent(foundByPeeking),
          align: 'right',
        },
        {
          title: 'FOUND BY REQUESTS',
          value: ({ world, foundByRequests }) => (world === 'ratio' ? percent(foundByRequests) : '–'),
          align: 'right',
        },
      ],
      results,
    ),
  )
  console.log(`\n${common.experiments} experiments a row, of ${common.users} users each, split 70 to 30`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) print()
