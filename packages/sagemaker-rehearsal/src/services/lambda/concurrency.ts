/** Reserved and provisioned concurrency. */

import { AwsError } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Actions as Lambda } from '../../models/lambda.ts'
import { type Actions, page } from '../../service.ts'
import type { LambdaFunction, Store } from '../../store.ts'
import { timestamp } from './configuration.ts'
import { createFinder, LATEST, parseName, wrongValue } from './find.ts'

/** Lambda quotas: an account's concurrency, and what must be left for functions without a reservation. */
const ACCOUNT = 1000
const UNRESERVED = 100

export const createConcurrencyActions = (
  store: Store,
  clock: Clock,
  /** Brings the environments up, and tells `provisioned` how it went. */
  provision: (one: LambdaFunction, qualifier: string) => void,
): Actions<Lambda> => {
  const { find, findQualified } = createFinder(store)

  const describe = (one: LambdaFunction, qualifier: string) => {
    const config = one.provisioned.get(parseName(qualifier).name)
    if (config === undefined)
      throw new AwsError(
        'ProvisionedConcurrencyConfigNotFoundException',
        'No Provisioned Concurrency Config found for this function',
        { status: 404 },
      )
    const ready = config.status === 'READY' ? config.count : 0
    return {
      RequestedProvisionedConcurrentExecutions: config.count,
      AvailableProvisionedConcurrentExecutions: ready,
      AllocatedProvisionedConcurrentExecutions: ready,
      Status: config.status,
      ...(config.reason !== undefined && { StatusReason: config.reason }),
      LastModified: timestamp(config.at),
    }
  }

  return {
    PutFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: count }, caller) {
      const one = find(FunctionName, caller)
      const others = [...store.functions.values()].filter((other) => other !== one)
      const reserved = others.reduce((sum, { reserved: each = 0 }) => sum + each, 0)
      if (reserved + count > ACCOUNT - UNRESERVED)
        throw wrongValue(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${UNRESERVED}].`,
        )
      one.reserved = count
      return { ReservedConcurrentExecutions: count }
    },

    GetFunctionConcurrency({ FunctionName }, caller) {
      const { reserved } = find(FunctionName, caller)
      return reserved === undefined ? {} : { ReservedConcurrentExecutions: reserved }
    },

    DeleteFunctionConcurrency({ FunctionName }, caller) {
      delete find(FunctionName, caller).reserved
      return {}
    },

    PutProvisionedConcurrencyConfig(
      { FunctionName, Qualifier, ProvisionedConcurrentExecutions: count },
      caller,
    ) {
      const { one, version } = findQualified(FunctionName, Qualifier, caller)
      if (version.version === LATEST)
        throw wrongValue(
          'Provisioned Concurrency Configs cannot be applied to unpublished function versions.',
        )
      const alias = one.aliases.get(Qualifier)
      if (alias?.other !== undefined)
        throw wrongValue('Invalid alias configuration for Provisioned Concurrency')
      // A version has it by its number or by an alias, not by both.
      const taken = [...one.provisioned.keys()].find(
        (name) => name !== Qualifier && (one.aliases.get(name)?.version ?? name) === version.version,
      )
      if (taken !== undefined)
        throw wrongValue(
          `Alias can not be used for Provisioned Concurrency Configs due to existing Provisioned Concurrency Config on ${taken}`,
        )
      const others = [...one.provisioned].filter(([name]) => name !== Qualifier)
      const warm = others.reduce((sum, [, config]) => sum + config.count, count)
      if (one.reserved !== undefined && warm > one.reserved)
        throw wrongValue(
          `Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function`,
        )
      one.provisioned.set(Qualifier, { count, at: clock.now(), status: 'IN_PROGRESS' })
      provision(one, Qualifier)
      return describe(one, Qualifier)
    },

    GetProvisionedConcurrencyConfig({ FunctionName, Qualifier }, caller) {
      const { one } = findQualified(FunctionName, Qualifier, caller)
      return describe(one, Qualifier)
    },

    ListProvisionedConcurrencyConfigs({ FunctionName, MaxItems = 50, Marker }, caller) {
      const one = find(FunctionName, caller)
      const { items, next } = page([...one.provisioned.keys()], Math.min(MaxItems, 50), Marker)
      return {
        ProvisionedConcurrencyConfigs: items.map((qualifier) => ({
          FunctionArn: `${one.arn}:${qualifier}`,
          ...describe(one, qualifier),
        })),
        NextMarker: next,
      }
    },

    DeleteProvisionedConcurrencyConfig({ FunctionName, Qualifier }, caller) {
      const { one } = findQualified(FunctionName, Qualifier, caller)
      if (one.provisioned.delete(Qualifier)) provision(one, Qualifier)
      return {}
    },
  }
}
