/** The tests that the file names, many times over: what an endpoint that serves is like for its callers. */

import { CommandError, EXIT } from '../cli/command.ts'
import type { Output } from '../cli/output.ts'
import type { SmokeTest } from '../config/deployment.ts'
import type { SmokeResult } from './smoke.ts'
import { type LoadedTest, loadSmokeTests } from './smoke-files.ts'

export type Figures = {
  requests: number
  errors: number
  /** As the caller sees them, network and all, of the requests without an error; undefined if there are none. */
  p50Ms?: number
  p99Ms?: number
  maxMs?: number
  /** What went wrong, each once. */
  problems: string[]
}

/** The value that so much of the rest does not exceed. @param sorted ascending, not empty @param share from 0 to 1 */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] as number

export const figuresOf = (results: readonly SmokeResult[], tests: readonly LoadedTest[]): Figures => {
  const good = results.filter(({ problems }) => problems.length === 0)
  const times = good.map(({ ms }) => ms).sort((a, b) => a - b)
  const problems = results.flatMap(({ file, variant, problems }) =>
    problems.map((problem) => `${file} (${variant}): ${problem}`),
  )
  // As in a deployment, the best counts.
  const slow = tests.flatMap(({ file, maxMs = Number.POSITIVE_INFINITY }) => {
    const best = Math.min(...good.filter((each) => each.file === file).map(({ ms }) => ms))
    return best > maxMs && best < Number.POSITIVE_INFINITY
      ? [`${file}: no answer took less than ${Math.round(best)} ms, and maxMs is ${maxMs}`]
      : []
  })
  return {
    requests: results.length,
    errors: results.length - good.length,
    ...(times.length > 0 && {
      p50Ms: quantile(times, 0.5),
      p99Ms: quantile(times, 0.99),
      maxMs: times.at(-1) as number,
    }),
    problems: [...new Set([...problems, ...slow])],
  }
}

/**
 * Sends every test `times` times.
 * @param run sends each once, without a look at the time that it takes
 */
export const measure = async (
  tests: readonly LoadedTest[],
  times: number,
  run: (tests: LoadedTest[], round: number) => Promise<SmokeResult[]>,
): Promise<Figures> => {
  const timeless = tests.map(({ maxMs: _, ...test }) => test)
  const results: SmokeResult[] = []
  for (let round = 1; round <= times; round++) results.push(...(await run(timeless, round)))
  return figuresOf(results, tests)
}

/** The bodies of the file's tests. Throws CommandError if it has none. */
export const requireTests = async (file: string, tests: readonly SmokeTest[]): Promise<LoadedTest[]> => {
  if (tests.length > 0) return loadSmokeTests(tests)
  throw new CommandError(`${file} has no smoke tests`, {
    exitCode: EXIT.usage,
    fix: 'name a request under smoke, and what its answer must contain: docs/endpoint-yaml.md',
  })
}

const milliseconds = (value: number | undefined): string =>
  value === undefined ? '–' : `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`

/** Prints them. Throws CommandError if anything went wrong. */
export const showFigures = (output: Output, endpoint: string, figures: Figures): void => {
  const { requests, errors, p50Ms, p99Ms, maxMs, problems } = figures
  const times = `p50 ${milliseconds(p50Ms)}, p99 ${milliseconds(p99Ms)}, longest ${milliseconds(maxMs)}`
  output.result({ endpoint, ...figures }, `${endpoint}: ${requests} requests, ${errors} errors, ${times}`)
  if (problems.length > 0)
    throw new CommandError(`${endpoint} failed its smoke tests:\n  ${problems.join('\n  ')}`)
}
