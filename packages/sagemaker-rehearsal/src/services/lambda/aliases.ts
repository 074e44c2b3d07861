/** Aliases, and the shares of two versions. */

import type { AliasRoutingConfiguration, Actions as Lambda } from '../../models/lambda.ts'
import { type Actions, page } from '../../service.ts'
import type { Alias, LambdaFunction, Store } from '../../store.ts'
import { checkRevision, conflict, createFinder, LATEST, newRevision, notFound, wrongValue } from './find.ts'

/** @param provision provisioned concurrency follows an alias to its version */
export const createAliasActions = (
  store: Store,
  announce: (line: string) => void,
  provision: (one: LambdaFunction, alias: string) => void,
): Actions<Lambda> => {
  const { find, versionOf } = createFinder(store)

  const describe = ({ arn }: LambdaFunction, alias: Alias) => ({
    AliasArn: `${arn}:${alias.name}`,
    Name: alias.name,
    FunctionVersion: alias.version,
    Description: alias.description,
    ...(alias.other && {
      RoutingConfig: { AdditionalVersionWeights: { [alias.other.version]: alias.other.weight } },
    }),
    RevisionId: alias.revisionId,
  })

  const findAlias = (one: LambdaFunction, name: string): Alias => {
    const alias = one.aliases.get(name)
    if (alias === undefined) throw notFound(`Cannot find alias arn: ${one.arn}:${name}`)
    return alias
  }

  /** Lambda developer guide, "Implement Lambda canary deployments using a weighted alias": two published versions of one role. */
  const routed = (
    one: LambdaFunction,
    version: string,
    routing: AliasRoutingConfiguration | undefined,
  ): Alias['other'] => {
    const weights = Object.entries(routing?.AdditionalVersionWeights ?? {})
    if (weights.length > 1)
      throw wrongValue('Number of items in AdditionalVersionWeights cannot be greater than 1')
    const [[other, weight] = []] = weights
    if (other === undefined || weight === undefined) return undefined
    if (version === LATEST)
      throw wrongValue('$LATEST is not supported for an alias pointing to more than 1 version')
    if (other === version)
      throw wrongValue(
        `Invalid function version ${other}. Function version ${other} is already included in routing configuration.`,
      )
    if (versionOf(one, other).role !== versionOf(one, version).role)
      throw wrongValue('The versions that an alias points to must have the same execution role.')
    return { version: other, weight }
  }

  const share = ({ version, other }: Alias): string =>
    other === undefined
      ? version
      : `${version}, and ${Math.round(100 * other.weight)} % of it ${other.version}`

  return {
    CreateAlias({ FunctionName, Name, FunctionVersion, Description = '', RoutingConfig }, caller) {
      const one = find(FunctionName, caller)
      if (one.aliases.has(Name)) throw conflict(`Alias already exists: ${one.arn}:${Name}`)
      versionOf(one, FunctionVersion)
      const other = routed(one, FunctionVersion, RoutingConfig)
      const alias = {
        name: Name,
        version: FunctionVersion,
        description: Description,
        ...(other && { other }),
        revisionId: newRevision(),
      }
      one.aliases.set(Name, alias)
      announce(`function ${one.name}: alias ${Name} is ${share(alias)}`)
      return describe(one, alias)
    },

    GetAlias({ FunctionName, Name }, caller) {
      const one = find(FunctionName, caller)
      return describe(one, findAlias(one, Name))
    },

    ListAliases({ FunctionName, FunctionVersion, MaxItems = 50, Marker }, caller) {
      const one = find(FunctionName, caller)
      const all = [...one.aliases.values()].filter(
        ({ version, other }) =>
          FunctionVersion === undefined || version === FunctionVersion || other?.version === FunctionVersion,
      )
      const { items, next } = page(all, Math.min(MaxItems, 50), Marker)
      return { Aliases: items.map((alias) => describe(one, alias)), NextMarker: next }
    },

    UpdateAlias({ FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId }, caller) {
      const one = find(FunctionName, caller)
      const alias = findAlias(one, Name)
      checkRevision(RevisionId, alias.revisionId)
      const version = FunctionVersion ?? alias.version
      versionOf(one, version)
      const { other: before, ...rest } = alias
      const other =
        RoutingConfig === undefined
          ? routed(one, version, before && { AdditionalVersionWeights: { [before.version]: before.weight } })
          : routed(one, version, RoutingConfig)
      const next: Alias = {
        ...rest,
        version,
        description: Description ?? alias.description,
        ...(other && { other }),
        revisionId: newRevision(),
      }
      one.aliases.set(Name, next)
      if (next.version !== alias.version && one.provisioned.has(Name)) provision(one, Name)
      announce(`function ${one.name}: alias ${Name} is ${share(next)}`)
      return describe(one, next)
    },

    DeleteAlias({ FunctionName, Name }, caller) {
      const one = find(FunctionName, caller)
      // One that is not there is as good as deleted; its URL, policy and concurrency go with it.
      one.aliases.delete(Name)
      one.urls.delete(Name)
      one.policies.delete(Name)
      one.provisioned.delete(Name)
      return {}
    },
  }
}
