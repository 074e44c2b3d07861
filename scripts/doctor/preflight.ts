/** Those of the checks that say before the first request what would end a deployment after minutes. */

import { CommandError } from '../cli/command.ts'
import { runChecks } from './checks.ts'
import type { Subject } from './subject.ts'

/** SageMaker would refuse the deployment, or roll it back. */
const CERTAIN = ['alarms', 'execution role', 'quota', 'image']

/** IAM's simulation does not know what policies of buckets and keys allow, so a refusal is only likely. */
const LIKELY = ['permissions', 'its permissions']

export type Preflight = { problems: string[]; warnings: string[] }

export const runPreflight = async (subject: Subject): Promise<Preflight> => {
  const report = await runChecks(subject, [...CERTAIN, ...LIKELY])
  const lines = (keep: (name: string, status: string) => boolean) =>
    report
      .filter(({ name, status }) => keep(name, status))
      .map(({ name, detail, fix }) => `${name}: ${detail}${fix === undefined ? '' : `\n    → ${fix}`}`)
  return {
    problems: lines((name, status) => CERTAIN.includes(name) && status === 'failed'),
    warnings: lines(
      (name, status) =>
        (LIKELY.includes(name) && status === 'failed') || (name === 'alarms' && status === 'warning'),
    ),
  }
}

/** Throws CommandError with all of them. */
export const refuse = (problems: readonly string[]): void => {
  if (problems.length === 0) return
  const lines = problems.map((problem) => `\n  ${problem}`).join('')
  throw new CommandError(`this deployment would fail, and nothing was sent:${lines}`)
}
