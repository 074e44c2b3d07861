/** Those of the checks that say before the first request what would end a deployment after minutes. */

import { CommandError } from '../cli/command.ts'
import type { Plan } from '../plan/action.ts'
import { type Report, runChecks } from './checks.ts'
import type { Subject } from './subject.ts'

/** SageMaker would refuse the deployment, or roll it back. */
const CERTAIN = ['alarms', 'execution role', 'quota', 'image']

/** IAM's simulation does not know what policies of buckets and keys allow, so a refusal is only likely. */
const LIKELY = ['permissions', 'its permissions']

/** What is called for a step of a plan, as far as it is known whether that is allowed. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  'create model': ['sagemaker:CreateModel', 'iam:PassRole'],
  'create configuration': ['sagemaker:CreateEndpointConfig'],
  'create endpoint': ['sagemaker:CreateEndpoint'],
  'replace endpoint': ['sagemaker:DeleteEndpoint', 'sagemaker:CreateEndpoint'],
  'update endpoint': ['sagemaker:UpdateEndpoint'],
  'update tags': ['sagemaker:AddTags'],
  'create alarm': ['cloudwatch:PutMetricAlarm'],
  'create autoscaling': [
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:PutScalingPolicy',
  ],
  'update autoscaling': [
    'application-autoscaling:RegisterScalableTarget',
    'application-autoscaling:PutScalingPolicy',
  ],
}

export type Preflight = { problems: string[]; warnings: string[] }

export const runPreflight = async (
  subject: Subject,
  { actions }: Pick<Plan, 'actions'>,
): Promise<Preflight> => {
  const report = await runChecks(subject, [...CERTAIN, ...LIKELY])
  const called = new Set(actions.flatMap(({ kind, what }) => CALLS[`${kind} ${what}`] ?? []))
  const isCertain = ({ name, refused = [] }: Report[number]) =>
    CERTAIN.includes(name) || refused.some((action) => called.has(action))
  const lines = (keep: (each: Report[number]) => boolean) =>
    report
      .filter(keep)
      .map(({ name, detail, fix }) => `${name}: ${detail}${fix === undefined ? '' : `\n    → ${fix}`}`)
  return {
    problems: lines((each) => each.status === 'failed' && isCertain(each)),
    warnings: lines(
      (each) =>
        (each.status === 'failed' && !isCertain(each)) ||
        (each.name === 'alarms' && each.status === 'warning'),
    ),
  }
}

/** Throws CommandError with all of them. */
export const refuse = (problems: readonly string[]): void => {
  if (problems.length === 0) return
  const lines = problems.map((problem) => `\n  ${problem}`).join('')
  throw new CommandError(`this deployment would fail, and nothing was sent:${lines}`)
}
