/** CreateEndpointConfig and its relatives. */

import type { CreateEndpointConfigCommandInput, ProductionVariant } from '@aws-sdk/client-sagemaker'
import { z } from 'zod'
import { invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import { type Actions, action, arn } from '../../service.ts'
import type { Created, Store } from '../../store.ts'
import { listed } from './lists.ts'
import { CREATE_ENDPOINT_CONFIG, LIST, NAME } from './schemas.ts'
import { setTags } from './tags.ts'

export type EndpointConfigSettings = {
  store: Store
  clock: Clock
  faults: Faults
  announce: (line: string) => void
}

const duplicatesOf = (names: readonly (string | undefined)[]): (string | undefined)[] =>
  names.filter((name, at) => names.indexOf(name) !== at)

/** What serverless variants exclude (SageMaker developer guide, serverless endpoints). */
const checkServerless = (input: CreateEndpointConfigCommandInput, store: Store): void => {
  const variants = input.ProductionVariants ?? []
  const serverless = variants.filter(({ ServerlessConfig }) => ServerlessConfig !== undefined)
  if (serverless.length === 0) return
  const refuse = (what: string) => invalid(`Serverless endpoints do not support ${what}.`)
  if (variants.length > 1) throw refuse('multiple production variants')
  if (input.ShadowProductionVariants !== undefined) throw refuse('shadow variants')
  if (input.DataCaptureConfig?.EnableCapture) throw refuse('data capture')
  if (input.AsyncInferenceConfig !== undefined) throw refuse('asynchronous inference')
  const model = store.models.get(serverless[0]?.ModelName ?? '')?.input
  if (model?.VpcConfig !== undefined) throw refuse('VPC configuration')
  if (model?.EnableNetworkIsolation) throw refuse('network isolation')
  if (model?.Containers !== undefined && model.Containers.length > 1) throw refuse('inference pipelines')
  if (model?.PrimaryContainer?.ModelDataSource !== undefined) throw refuse('ModelDataSource')
}

const checkVariants = (input: CreateEndpointConfigCommandInput): void => {
  const production = input.ProductionVariants ?? []
  const shadow = input.ShadowProductionVariants ?? []
  const [twice] = duplicatesOf([...production, ...shadow].map(({ VariantName }) => VariantName))
  if (twice !== undefined) throw invalid(`Variant names must be unique; "${twice}" occurs more than once.`)
  if (shadow.length > 0 && (production.length !== 1 || shadow.length !== 1))
    throw invalid(
      'An endpoint configuration with a shadow variant must have exactly one production variant and one shadow variant.',
    )
  const weights = production.map(({ InitialVariantWeight = 1 }) => InitialVariantWeight)
  if (weights.every((weight) => weight === 0))
    throw invalid('At least one production variant must have a weight above 0.')
}

const describeVariant = (variant: ProductionVariant): ProductionVariant => ({
  InitialVariantWeight: 1,
  ...variant,
})

/** @throws ValidationException unless it exists and is to be seen yet */
export const findEndpointConfig = (
  store: Store,
  faults: Faults,
  name: string,
  configArn: string,
): Created<CreateEndpointConfigCommandInput> => {
  const config = store.endpointConfigs.get(name)
  if (config === undefined || !faults.isVisible(config.createdAt))
    throw invalid(`Could not find endpoint configuration "${configArn}".`)
  return config
}

export const createEndpointConfigActions = (settings: EndpointConfigSettings): Actions => {
  const { store, clock, faults, announce } = settings

  const checkModels = (input: CreateEndpointConfigCommandInput, modelArn: (name: string) => string): void => {
    for (const { ModelName = '' } of [
      ...(input.ProductionVariants ?? []),
      ...(input.ShadowProductionVariants ?? []),
    ]) {
      const model = store.models.get(ModelName)
      if (model === undefined || !faults.isVisible(model.createdAt))
        throw invalid(`Could not find model "${modelArn(ModelName)}".`)
    }
  }

  const usersOf = (name: string): string[] =>
    [...store.endpoints.values()]
      .filter(({ blue, green }) => blue.configName === name || green?.configName === name)
      .map((endpoint) => endpoint.name)

  const NAMED = z.looseObject({ EndpointConfigName: NAME })

  return {
    CreateEndpointConfig: action(CREATE_ENDPOINT_CONFIG, (checked, caller) => {
      const input = checked as CreateEndpointConfigCommandInput
      const name = checked.EndpointConfigName
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      if (store.endpointConfigs.has(name))
        throw invalid(`Cannot create already existing endpoint configuration "${configArn}".`)
      checkVariants(input)
      checkModels(input, (model) => arn('sagemaker', caller, `model/${model.toLowerCase()}`))
      checkServerless(input, store)
      store.endpointConfigs.set(name, { arn: configArn, createdAt: clock.now(), input })
      setTags(store, configArn, checked.Tags)
      return { EndpointConfigArn: configArn }
    }),

    DescribeEndpointConfig: action(NAMED, ({ EndpointConfigName: name }, caller) => {
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      const config = findEndpointConfig(store, faults, name, configArn)
      const { Tags: _, ProductionVariants, ShadowProductionVariants, ...rest } = config.input
      return {
        EnableNetworkIsolation: false,
        ...rest,
        ProductionVariants: ProductionVariants?.map(describeVariant),
        ...(ShadowProductionVariants !== undefined && {
          ShadowProductionVariants: ShadowProductionVariants.map(describeVariant),
        }),
        EndpointConfigArn: config.arn,
        CreationTime: new Date(config.createdAt),
      }
    }),

    ListEndpointConfigs: action(LIST, (query) => {
      const all = [...store.endpointConfigs].map(([name, config]) => ({ name, ...config }))
      const { items, next } = listed(
        all.filter(({ createdAt }) => faults.isVisible(createdAt)),
        query,
      )
      return {
        EndpointConfigs: items.map((config) => ({
          EndpointConfigName: config.name,
          EndpointConfigArn: config.arn,
          CreationTime: new Date(config.createdAt),
        })),
        NextToken: next,
      }
    }),

    DeleteEndpointConfig: action(NAMED, ({ EndpointConfigName: name }, caller) => {
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      const config = findEndpointConfig(store, faults, name, configArn)
      // AWS lets it happen: the endpoint serves on, and cannot be updated any more.
      for (const endpoint of usersOf(name))
        announce(`warning: configuration ${name} is deleted while endpoint ${endpoint} uses it`)
      store.endpointConfigs.delete(name)
      store.tags.delete(config.arn)
    }),
  }
}
