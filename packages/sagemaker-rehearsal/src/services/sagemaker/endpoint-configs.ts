/** CreateEndpointConfig and its relatives. */

import { invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import type { Faults } from '../../faults.ts'
import type {
  CreateEndpointConfigInput,
  ProductionVariant,
  Actions as SageMaker,
} from '../../models/sagemaker.ts'
import { type Actions, arn } from '../../service.ts'
import type { Created, Store } from '../../store.ts'
import { listed } from './lists.ts'
import { checkServerless, checkVariants } from './rules.ts'
import { setTags } from './tags.ts'

export type EndpointConfigSettings = {
  store: Store
  clock: Clock
  faults: Faults
  announce: (line: string) => void
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
): Created<CreateEndpointConfigInput> => {
  const config = store.endpointConfigs.get(name)
  if (config === undefined || !faults.isVisible(config.createdAt))
    throw invalid(`Could not find endpoint configuration "${configArn}".`)
  return config
}

export const createEndpointConfigActions = (settings: EndpointConfigSettings): Actions<SageMaker> => {
  const { store, clock, faults, announce } = settings

  const checkModels = (input: CreateEndpointConfigInput, modelArn: (name: string) => string): void => {
    for (const { ModelName } of [...input.ProductionVariants, ...(input.ShadowProductionVariants ?? [])]) {
      // Variants of inference components name none.
      if (ModelName === undefined) continue
      const model = store.models.get(ModelName)
      if (model === undefined || !faults.isVisible(model.createdAt))
        throw invalid(`Could not find model "${modelArn(ModelName)}".`)
    }
  }

  const usersOf = (name: string): string[] =>
    [...store.endpoints.values()]
      .filter(({ blue, green }) => blue.configName === name || green?.configName === name)
      .map((endpoint) => endpoint.name)

  return {
    CreateEndpointConfig(input, caller) {
      const name = input.EndpointConfigName
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      if (store.endpointConfigs.has(name))
        throw invalid(`Cannot create already existing endpoint configuration "${configArn}".`)
      checkVariants(input)
      checkModels(input, (model) => arn('sagemaker', caller, `model/${model.toLowerCase()}`))
      checkServerless(input, store)
      store.endpointConfigs.set(name, { arn: configArn, createdAt: clock.now(), input })
      setTags(store, configArn, input.Tags)
      return { EndpointConfigArn: configArn }
    },

    DescribeEndpointConfig({ EndpointConfigName: name }, caller) {
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      const config = findEndpointConfig(store, faults, name, configArn)
      const { Tags: _, ProductionVariants, ShadowProductionVariants, ...rest } = config.input
      return {
        EnableNetworkIsolation: false,
        ...rest,
        ProductionVariants: ProductionVariants.map(describeVariant),
        ...(ShadowProductionVariants !== undefined && {
          ShadowProductionVariants: ShadowProductionVariants.map(describeVariant),
        }),
        EndpointConfigArn: config.arn,
        CreationTime: new Date(config.createdAt),
      }
    },

    ListEndpointConfigs(query) {
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
    },

    DeleteEndpointConfig({ EndpointConfigName: name }, caller) {
      const configArn = arn('sagemaker', caller, `endpoint-config/${name.toLowerCase()}`)
      const config = findEndpointConfig(store, faults, name, configArn)
      // AWS lets it happen: the endpoint serves on, and cannot be updated any more.
      for (const endpoint of usersOf(name))
        announce(`warning: configuration ${name} is deleted while endpoint ${endpoint} uses it`)
      store.endpointConfigs.delete(name)
      store.tags.delete(config.arn)
    },
  }
}
