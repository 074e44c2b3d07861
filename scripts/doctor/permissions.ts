/** Checks of what the caller and the execution role may do. */

import { DescribeScalableTargetsCommand } from '@aws-sdk/client-application-auto-scaling'
import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { ListEndpointsCommand } from '@aws-sdk/client-sagemaker'
import type { Clients } from '../aws/clients.ts'
import { isDenied, isMissing, messageOf } from '../aws/errors.ts'
import { isRoot } from './credentials.ts'
import { type Finding, failed, ok, warning } from './finding.ts'
import { deployerNeeds, executionNeeds } from './needs.ts'
import { principalOf, roleName, simulate } from './simulate.ts'
import { withBoth } from './subject.ts'

/** Calls that change nothing, for where IAM may not be asked. */
const HARMLESS: Readonly<Record<string, (clients: Clients) => Promise<unknown>>> = {
  'sagemaker:ListEndpoints': ({ sagemaker }) => sagemaker.send(new ListEndpointsCommand({ MaxResults: 1 })),
  'ecr:DescribeRepositories': ({ ecr }) => ecr.send(new DescribeRepositoriesCommand({ maxResults: 1 })),
  'cloudwatch:DescribeAlarms': ({ cloudwatch }) =>
    cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 1 })),
  'application-autoscaling:DescribeScalableTargets': ({ scaling }) =>
    scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker', MaxResults: 1 })),
}

const lacking = (actions: readonly string[]): Finding =>
  failed(`not allowed: ${actions.join(', ')}`, 'give the caller what docs/iam/deployer.json says')

const tryHarmless = async (clients: Clients, why: string): Promise<Finding> => {
  const denied: string[] = []
  for (const [action, call] of Object.entries(HARMLESS)) {
    try {
      await call(clients)
    } catch (error) {
      if (!isDenied(error)) throw error
      denied.push(action)
    }
  }
  if (denied.length > 0) return lacking(denied)
  return warning(
    `reading is allowed; of what changes something nothing is known (${why})`,
    'allow iam:SimulatePrincipalPolicy, or compare with docs/iam/deployer.json',
  )
}

export const checkPermissions = withBoth(async (deployment, aws) => {
  if (isRoot(aws.arn)) return ok('root may do everything')
  const principal = await principalOf(aws)
  if (principal === undefined) return tryHarmless(aws.clients, `IAM knows no policies of ${aws.arn}`)
  try {
    const denied = await simulate(aws.clients, principal, deployerNeeds(deployment, aws))
    const { actions, certain } = denied
    return actions.length > 0
      ? { ...lacking(actions), refused: certain }
      : ok('all that the commands do is allowed')
  } catch (error) {
    return tryHarmless(aws.clients, messageOf(error).split('\n')[0] ?? '')
  }
})

type Statement = {
  Effect?: string
  Action?: string | string[]
  Principal?: '*' | Record<string, string | string[]>
}

const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value]

/** Whether a service may assume a role with this trust policy, which IAM gives URL-encoded. */
export const trusts = (policy: string, service: string): boolean => {
  const { Statement } = JSON.parse(decodeURIComponent(policy)) as { Statement?: Statement | Statement[] }
  return list(Statement).some(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' &&
      list(Action).some((action) => ['*', 'sts:*', 'sts:assumerole'].includes(action.toLowerCase())) &&
      (Principal === '*' || list(Principal?.Service).includes(service)),
  )
}

export const checkRole = withBoth(async ({ role }, { clients, account }) => {
  const [, owner] = /^arn:[^:]+:iam::(\d+):/.exec(role) ?? []
  if (owner !== account)
    return failed(
      `${role} is not of account ${account}`,
      'name a role of this account: a role cannot be passed to another',
    )
  const name = roleName(role)
  try {
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName: name }))
    if (Role?.Arn !== role) return failed(`the role is ${Role?.Arn}, not ${role}`, 'correct role in the file')
    return trusts(Role.AssumeRolePolicyDocument ?? '{}', 'sagemaker.amazonaws.com')
      ? ok(`${name} trusts sagemaker.amazonaws.com`)
      : failed(
          `${name} does not trust sagemaker.amazonaws.com`,
          'give it the trust policy docs/iam/execution-role-trust.json',
        )
  } catch (error) {
    if (!isMissing(error)) throw error
    return failed(`there is no role ${name}`, 'make it, with docs/iam/execution-role.json')
  }
})

export const checkRolePermissions = withBoth(async (deployment, aws) => {
  const { actions } = await simulate(aws.clients, deployment.role, executionNeeds(deployment, aws))
  return actions.length > 0
    ? failed(
        `${roleName(deployment.role)} may not ${actions.join(', ')}`,
        'give it what docs/iam/execution-role.json says',
      )
    : ok('all that the endpoint does is allowed')
})
