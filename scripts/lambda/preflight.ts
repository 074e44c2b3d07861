/** What is known to fail, or likely to, before anything is sent. */

import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { isDenied, isMissing, messageOf } from '../aws/errors.ts'
import { isRoot } from '../doctor/credentials.ts'
import { trusts } from '../doctor/permissions.ts'
import type { Preflight } from '../doctor/preflight.ts'
import { principalOf, roleName, simulate } from '../doctor/simulate.ts'
import { askAws } from '../doctor/subject.ts'
import { lambdaDeployerNeeds, lambdaExecutionNeeds } from './needs.ts'
import type { Wanted } from './resolve.ts'

type Check = (wanted: Wanted) => Promise<string[]>

/** The folder is unpacked to `/tmp`. */
const storage: Check = async ({ desired: { archives, configuration } }) => {
  const mb = configuration.EphemeralStorage?.Size ?? 0
  return archives
    .filter(({ bytes }) => bytes > mb * 2 ** 20)
    .map(
      ({ bytes, folder }) =>
        `model: ${folder} has ${Math.ceil(bytes / 2 ** 20)} MB, and /tmp has ${mb}\n    → a larger lambda.ephemeralMb (10240 at most), or the model in the image: model: {bakedIn: true}`,
    )
}

const role: Check = async ({ session: { clients }, deployment }) => {
  try {
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: roleName(deployment.role) }))
    return trusts(Role?.AssumeRolePolicyDocument ?? '{}', 'lambda.amazonaws.com')
      ? []
      : [
          `execution role: ${roleName(deployment.role)} does not trust lambda.amazonaws.com\n    → give it the trust policy docs/iam/lambda-execution-role-trust.json`,
        ]
  } catch (error) {
    if (isMissing(error))
      return [
        `execution role: there is no role ${roleName(deployment.role)}\n    → make it, with docs/iam/lambda-execution-role.json`,
      ]
    throw error
  }
}

const alarms: Check = async ({ session: { clients }, deployment: { rollout } }) => {
  const names = rollout.rollbackOn.flatMap((rule) => ('alarm' in rule ? [rule.alarm] : []))
  if (names.length === 0) return []
  const { MetricAlarms = [], CompositeAlarms = [] } = await clients.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: names, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
  )
  const there = [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName }) => AlarmName)
  return names
    .filter((name) => !there.includes(name))
    .map(
      (name) =>
        `alarms: there is no alarm ${name}\n    → correct alarm under rollout.rollbackOn, or make the alarm first`,
    )
}

/** IAM's simulation does not know what policies of functions, buckets and repositories allow, so a refusal is only likely. */
const permissions: Check = async ({ session: { clients }, region, deployment }) => {
  const aws = await askAws(region, clients)
  if ('problem' in aws) return []
  const principal = isRoot(aws.arn) ? undefined : await principalOf(aws)
  const mine =
    principal === undefined
      ? []
      : (await simulate(clients, principal, lambdaDeployerNeeds(deployment, aws))).actions
  const its = (await simulate(clients, deployment.role, lambdaExecutionNeeds(deployment, aws))).actions
  const lacking = (who: string, actions: readonly string[], policy: string) =>
    actions.length === 0 ? [] : [`${who} may not ${actions.join(', ')}\n    → docs/iam/${policy}.json`]
  return [
    ...lacking('permissions: you', mine, 'lambda-deployer'),
    ...lacking(`permissions: ${roleName(deployment.role)}`, its, 'lambda-execution-role'),
  ]
}

export const preflight = async (wanted: Wanted): Promise<Preflight> => {
  const problems: string[] = []
  const warnings: string[] = []
  const look = async (check: Check): Promise<string[]> => {
    try {
      return await check(wanted)
    } catch (error) {
      // Who may not ask is not told.
      if (!isDenied(error)) warnings.push(`not checked: ${messageOf(error)}`)
      return []
    }
  }
  for (const check of [storage, role, alarms]) problems.push(...(await look(check)))
  warnings.push(...(await look(permissions)))
  return { problems, warnings }
}
