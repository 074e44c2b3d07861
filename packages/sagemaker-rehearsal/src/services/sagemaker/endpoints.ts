/** CreateEndpoint, UpdateEndpoint and their relatives: checked here, carried out by `endpoints/deployments.ts`. */

import { isDeepStrictEqual } from 'node:util'
import { AwsError, invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Deployments } from '../../endpoints/deployments.ts'
import { describeEndpoint } from '../../endpoints/describe.ts'
import type { Fleets } from '../../endpoints/fleets.ts'
import { typeOf, typesOf } from '../../endpoints/instance-pools.ts'
import type { Faults } from '../../faults.ts'
import type { DeploymentConfig, Actions as SageMaker, UpdateEndpointInput } from '../../models/sagemaker.ts'
import { type Actions, arn, type Caller } from '../../service.ts'
import type { Endpoint, Fleet, FleetVariant, Store } from '../../store.ts'
import { checkDeployment } from './deployment-rules.ts'
import { findEndpointConfig } from './endpoint-configs.ts'
import { listed } from './lists.ts'
import { setTags } from './tags.ts'

export type EndpointSettings = {
  store: Store
  clock: Clock
  fleets: Fleets
  deployments: Deployments
  faults: Faults
  /** Names, of the given ones, that are no alarms. */
  missingAlarms: (names: readonly string[]) => string[]
  /** True if Application Auto Scaling has the variant's instance count in its hands. */
  isScaled: (endpoint: string, variant: string) => boolean
  /** Forgets the scalable targets of an endpoint that is no more. */
  deregister: (endpoint: string) => void
}

const namesOf = (fleet: Fleet): string[] => fleet.variants.map(({ name }) => name).sort()

const isServerless = (fleet: Fleet): boolean =>
  fleet.variants.some(({ config }) => config.ServerlessConfig !== undefined)

const IN_PROGRESS = ['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']

export const createEndpointActions = (settings: EndpointSettings): Actions<SageMaker> => {
  const { store, clock, fleets, deployments, faults } = settings

  const arnOf = (name: string, caller: Caller) => arn('sagemaker', caller, `endpoint/${name.toLowerCase()}`)
  const configArnOf = (name: string, caller: Caller) =>
    arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)

  const find = (name: string, caller: Caller): Endpoint => {
    const endpoint = store.endpoints.get(name.toLowerCase())
    if (endpoint === undefined || !faults.isVisible(endpoint.createdAt))
      throw invalid(`Could not find endpoint "${arnOf(name, caller)}".`)
    return endpoint
  }

  const mustBeInService = (endpoint: Endpoint): void => {
    if (IN_PROGRESS.includes(endpoint.status))
      throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`)
    if (endpoint.status !== 'InService')
      throw invalid(`Cannot update endpoint "${endpoint.arn}" with status "${endpoint.status}".`)
  }

  /** Instances of a type in all fleets. */
  const used = (type: string): number =>
    [...store.endpoints.values()]
      .flatMap(({ blue, green, status }) => (status === 'Failed' ? [] : [blue, ...(green ? [green] : [])]))
      .flatMap(({ variants }) => variants)
      .filter(({ config }) => typeOf(config) === type)
      .reduce((sum, { desiredCount }) => sum + desiredCount, 0)

  const checkQuota = (more: readonly { type: string | undefined; count: number }[]): void => {
    const wanted = new Map<string, number>()
    for (const { type, count } of more)
      if (type !== undefined && count > 0) wanted.set(type, (wanted.get(type) ?? 0) + count)
    for (const [type, count] of wanted) {
      const limit = faults.quotaOf(type)
      if (used(type) + count <= limit) continue
      throw new AwsError(
        'ResourceLimitExceeded',
        `The account-level service limit '${type} for endpoint usage' is ${limit} Instances, with current utilization of ` +
          `${used(type)} Instances and a request delta of ${count} Instances. Please use AWS Service Quotas to request an ` +
          'increase for this quota. If AWS Service Quotas is not available, contact AWS support to request an increase for ' +
          'this quota.',
      )
    }
  }

  const demandOf = (variants: readonly FleetVariant[]) =>
    variants.map(({ config, desiredCount }) => ({ type: typeOf(config), count: desiredCount }))

  const checkAlarms = (deployment: DeploymentConfig | undefined): void => {
    const names = (deployment?.AutoRollbackConfiguration?.Alarms ?? []).flatMap(
      ({ AlarmName }) => AlarmName ?? [],
    )
    const [missing] = settings.missingAlarms(names)
    if (missing !== undefined) throw invalid(`Could not find CloudWatch alarm "${missing}".`)
  }

  /** SageMaker developer guide, "Update or delete endpoints that use automatic scaling". */
  const checkScaling = (endpoint: Endpoint, green: Fleet): void => {
    for (const { name, config } of endpoint.blue.variants) {
      if (!settings.isScaled(endpoint.name, name)) continue
      const next = green.variants.find((variant) => variant.name === name)
      if (next !== undefined && isDeepStrictEqual(typesOf(next.config), typesOf(config))) continue
      throw invalid(
        `The variant "${name}" must be deregistered as a scalable target with AWS Auto Scaling before it can be removed ` +
          'or have its instance type updated.',
      )
    }
  }

  const retain = (
    endpoint: Endpoint,
    green: Fleet,
    excluded: UpdateEndpointInput['ExcludeRetainedVariantProperties'],
  ): void => {
    const without = new Set(excluded?.map(({ VariantPropertyType }) => VariantPropertyType))
    for (const variant of green.variants) {
      const old = endpoint.blue.variants.find(({ name }) => name === variant.name)
      if (old === undefined) continue
      if (!without.has('DesiredWeight')) variant.weight = old.weight
      if (!without.has('DesiredInstanceCount') && variant.maxConcurrency === undefined)
        variant.desiredCount = old.desiredCount
    }
  }

  return {
    CreateEndpoint(input, caller) {
      const { EndpointName: name, EndpointConfigName: configName } = input
      const endpointArn = arnOf(name, caller)
      if (store.endpoints.has(name.toLowerCase()))
        throw invalid(`Cannot create already existing endpoint "${endpointArn}".`)
      const config = findEndpointConfig(store, faults, configName, configArnOf(configName, caller))
      const deployment = input.DeploymentConfig
      checkDeployment(deployment, config.input)
      const blue = deployments.makeFleet(configName)
      checkQuota(demandOf(blue.variants))
      const endpoint: Endpoint = {
        name,
        arn: endpointArn,
        region: caller.region,
        status: 'Creating',
        createdAt: clock.now(),
        modifiedAt: clock.now(),
        blue,
        greenShare: 0,
        ...(deployment !== undefined && { lastDeployment: deployment }),
      }
      store.endpoints.set(name.toLowerCase(), endpoint)
      setTags(store, endpointArn, input.Tags)
      deployments.create(endpoint)
      return { EndpointArn: endpointArn }
    },

    DescribeEndpoint: ({ EndpointName }, caller) =>
      describeEndpoint(find(EndpointName, caller), store, fleets),

    ListEndpoints(query) {
      const visible = [...store.endpoints.values()].filter(({ createdAt }) => faults.isVisible(createdAt))
      const { items, next } = listed(visible, query)
      return {
        Endpoints: items.map((endpoint) => ({
          EndpointName: endpoint.name,
          EndpointArn: endpoint.arn,
          CreationTime: new Date(endpoint.createdAt),
          LastModifiedTime: new Date(endpoint.modifiedAt),
          EndpointStatus: endpoint.status,
        })),
        NextToken: next,
      }
    },

    UpdateEndpoint(input, caller) {
      const endpoint = find(input.EndpointName, caller)
      mustBeInService(endpoint)
      const { blue } = endpoint
      findEndpointConfig(store, faults, blue.configName, configArnOf(blue.configName, caller))
      const name = input.EndpointConfigName
      const config = findEndpointConfig(store, faults, name, configArnOf(name, caller))
      const deployment =
        input.DeploymentConfig ?? (input.RetainDeploymentConfig ? endpoint.lastDeployment : undefined)
      checkDeployment(deployment, config.input)
      checkAlarms(deployment)
      const green = deployments.makeFleet(name)
      if (deployment !== undefined && namesOf(blue).join() !== namesOf(green).join())
        throw invalid(
          'The new endpoint configuration must have the same variant names as the current one to be deployed with a ' +
            `DeploymentConfig: ${namesOf(blue).join(', ')}; not ${namesOf(green).join(', ')}.`,
        )
      if (isServerless(green) && !isServerless(blue))
        throw invalid('A real-time endpoint cannot be converted to a serverless endpoint.')
      checkScaling(endpoint, green)
      if (input.RetainAllVariantProperties) retain(endpoint, green, input.ExcludeRetainedVariantProperties)
      checkQuota(demandOf(green.variants))
      deployments.update(endpoint, green, deployment)
      return { EndpointArn: endpoint.arn }
    },

    UpdateEndpointWeightsAndCapacities(input, caller) {
      const endpoint = find(input.EndpointName, caller)
      mustBeInService(endpoint)
      const changes = input.DesiredWeightsAndCapacities.map((change) => {
        const variant = endpoint.blue.variants.find(({ name }) => name === change.VariantName)
        if (variant === undefined)
          throw invalid(`The variant "${change.VariantName}" does not exist in endpoint "${endpoint.arn}".`)
        const { DesiredWeight, DesiredInstanceCount, ServerlessUpdateConfig: serverless } = change
        const takesInstances = variant.config.ServerlessConfig === undefined
        if (DesiredInstanceCount !== undefined && !takesInstances)
          throw invalid(`The serverless variant "${change.VariantName}" has no instances.`)
        const config = store.endpointConfigs.get(endpoint.blue.configName)?.input
        if (DesiredInstanceCount === 0 && config?.AsyncInferenceConfig === undefined)
          throw invalid(
            'DesiredInstanceCount must be at least 1 for a variant without managed instance scaling.',
          )
        if (serverless !== undefined && takesInstances)
          throw invalid(`The variant "${change.VariantName}" is not serverless.`)
        return {
          variant,
          name: change.VariantName,
          ...(DesiredWeight !== undefined && { weight: DesiredWeight }),
          ...(DesiredInstanceCount !== undefined && { count: DesiredInstanceCount }),
          ...(serverless?.MaxConcurrency !== undefined && { maxConcurrency: serverless.MaxConcurrency }),
          ...(serverless?.ProvisionedConcurrency !== undefined && {
            provisionedConcurrency: serverless.ProvisionedConcurrency,
          }),
        }
      })
      const weights = endpoint.blue.variants.map(
        ({ name, weight }) => changes.find((change) => change.name === name)?.weight ?? weight,
      )
      if (weights.every((weight) => weight === 0))
        throw invalid('At least one variant must have a weight above 0.')
      checkQuota(
        changes.map(({ variant, count = 0 }) => ({
          type: typeOf(variant.config),
          count: count - variant.desiredCount,
        })),
      )
      deployments.change(endpoint, changes)
      return { EndpointArn: endpoint.arn }
    },

    DeleteEndpoint({ EndpointName }, caller) {
      const endpoint = find(EndpointName, caller)
      if (IN_PROGRESS.includes(endpoint.status))
        throw invalid(`Cannot update in-progress endpoint "${endpoint.arn}".`)
      deployments.remove(endpoint, () => {
        store.endpoints.delete(endpoint.name.toLowerCase())
        store.tags.delete(endpoint.arn)
        settings.deregister(endpoint.name)
      })
    },
  }
}
