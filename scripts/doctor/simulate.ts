/** Asks IAM what a principal may do, without doing it. */

import {
  type ContextEntry,
  type EvaluationResult,
  GetRoleCommand,
  paginateSimulatePrincipalPolicy,
} from '@aws-sdk/client-iam'
import type { Clients } from '../aws/clients.ts'
import { isDenied, isMissing } from '../aws/errors.ts'
import type { Need } from './needs.ts'
import type { Aws } from './subject.ts'

/** A role's name: the last part of its ARN, after its path. */
export const roleName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1)

/** The principal whose policies are asked for; undefined for one that has none of its own, such as a federated user. */
export const principalOf = async ({
  clients: { iam },
  arn,
  account,
  partition,
}: Aws): Promise<string | undefined> => {
  // arn:aws:sts::123456789012:assumed-role/NAME/SESSION has not the role's path.
  const [, name] = /:assumed-role\/([^/]+)\//.exec(arn) ?? []
  if (name === undefined) return arn.includes(':user/') ? arn : undefined
  try {
    return (await iam.send(new GetRoleCommand({ RoleName: name }))).Role?.Arn
  } catch (error) {
    // Whoever may not look at the own role, most likely has one without a path.
    if (!isDenied(error) && !isMissing(error)) throw error
    return `arn:${partition}:iam::${account}:role/${name}`
  }
}

const contextOf = (context: Readonly<Record<string, string>>): ContextEntry[] =>
  Object.entries(context).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyType: 'string',
    ContextKeyValues: [value],
  }))

/**
 * Services whose resources have no policies of their own, by which someone may do what the own policies do not say. Those of
 * autoscaling are simulated on `*`, which a policy for its targets alone does not allow.
 */
const OWN_POLICIES_ONLY = /^(sagemaker|iam|cloudwatch):/

type Limits = Pick<EvaluationResult, 'PermissionsBoundaryDecisionDetail' | 'OrganizationsDecisionDetail'>

/** The simulation does not say which keys conditions of an organisation's policies, or of a boundary, look at. */
const isLimited = ({ OrganizationsDecisionDetail, PermissionsBoundaryDecisionDetail }: Limits): boolean =>
  OrganizationsDecisionDetail?.AllowedByOrganizations === false ||
  PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false

export type Denied = {
  /** Sorted. */
  actions: string[]
  /** Those of them that no policy of a resource, and nothing that only the real request says, can allow. */
  certain: string[]
}

/** The actions that the principal may not do. */
export const simulate = async (
  { iam: client }: Pick<Clients, 'iam'>,
  principal: string,
  needs: readonly Need[],
): Promise<Denied> => {
  const denied = new Set<string>()
  const certain = new Set<string>()
  for (const { actions, resources, context = {}, byKeyPolicy = false } of needs) {
    if (byKeyPolicy) continue
    const pages = paginateSimulatePrincipalPolicy(
      { client },
      {
        PolicySourceArn: principal,
        ActionNames: [...actions],
        ResourceArns: resources,
        ContextEntries: contextOf(context),
      },
    )
    for await (const { EvaluationResults = [] } of pages) {
      for (const result of EvaluationResults) {
        const { EvalActionName: action = '', EvalDecision, MissingContextValues = [] } = result
        const { ResourceSpecificResults = [] } = result
        const decisions = [
          EvalDecision,
          ...ResourceSpecificResults.map(({ EvalResourceDecision }) => EvalResourceDecision),
        ]
        if (decisions.every((decision) => decision === 'allowed')) continue
        denied.add(action)
        const missing = [
          MissingContextValues,
          ...ResourceSpecificResults.map((each) => each.MissingContextValues ?? []),
        ]
        if (
          OWN_POLICIES_ONLY.test(action) &&
          missing.flat().length === 0 &&
          ![result, ...ResourceSpecificResults].some(isLimited)
        )
          certain.add(action)
      }
    }
  }
  return { actions: [...denied].sort(), certain: [...certain].sort() }
}
