/** CreateModel and its relatives. */

import { invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import { modelExists, modelSource } from '../../endpoints/model-archive.ts'
import type { Faults } from '../../faults.ts'
import type { ContainerDefinition, Actions as SageMaker } from '../../models/sagemaker.ts'
import { type Actions, arn } from '../../service.ts'
import type { Store } from '../../store.ts'
import type { S3 } from '../s3/s3.ts'
import { listed } from './lists.ts'
import { checkModel } from './rules.ts'
import { setTags } from './tags.ts'

export type ModelSettings = {
  store: Store
  clock: Clock
  s3: S3
  faults: Faults
  announce: (line: string) => void
}

/** With the defaults that DescribeModel shows. */
const describeContainer = (container: ContainerDefinition): ContainerDefinition => ({
  Mode: 'SingleModel',
  Environment: {},
  ...container,
})

export const createModelActions = ({
  store,
  clock,
  s3,
  faults,
  announce,
}: ModelSettings): Actions<SageMaker> => {
  const find = (name: string, modelArn: string) => {
    const model = store.models.get(name)
    if (model === undefined || !faults.isVisible(model.createdAt))
      throw invalid(`Could not find model "${modelArn}".`)
    return model
  }

  const usersOf = (name: string): string[] =>
    [...store.endpoints.values()]
      .filter(({ blue, green }) =>
        [blue, green].some((fleet) => fleet?.variants.some(({ config }) => config.ModelName === name)),
      )
      .map((endpoint) => endpoint.name)

  return {
    CreateModel(input, caller) {
      const { ModelName: name } = input
      checkModel(input)
      const modelArn = arn('sagemaker', caller, `model/${name.toLowerCase()}`)
      if (store.models.has(name)) throw invalid(`Cannot create already existing model "${modelArn}".`)
      for (const container of input.Containers ?? [input.PrimaryContainer ?? {}]) {
        const source = modelSource(container)
        if (source !== undefined && !modelExists(s3, source))
          throw invalid(`Could not find model data at ${source.uri}.`)
      }
      store.models.set(name, { arn: modelArn, createdAt: clock.now(), input })
      setTags(store, modelArn, input.Tags)
      return { ModelArn: modelArn }
    },

    DescribeModel({ ModelName }, caller) {
      const model = find(ModelName, arn('sagemaker', caller, `model/${ModelName.toLowerCase()}`))
      const { Tags: _, PrimaryContainer, Containers, ...rest } = model.input
      return {
        EnableNetworkIsolation: false,
        ...rest,
        ...(PrimaryContainer !== undefined && { PrimaryContainer: describeContainer(PrimaryContainer) }),
        ...(Containers !== undefined && { Containers: Containers.map(describeContainer) }),
        ModelArn: model.arn,
        CreationTime: new Date(model.createdAt),
      }
    },

    ListModels(query) {
      const all = [...store.models].map(([name, model]) => ({ name, ...model }))
      const { items, next } = listed(
        all.filter(({ createdAt }) => faults.isVisible(createdAt)),
        query,
      )
      return {
        Models: items.map((model) => ({
          ModelName: model.name,
          ModelArn: model.arn,
          CreationTime: new Date(model.createdAt),
        })),
        NextToken: next,
      }
    },

    DeleteModel({ ModelName }, caller) {
      const model = find(ModelName, arn('sagemaker', caller, `model/${ModelName.toLowerCase()}`))
      // AWS lets it happen: the endpoint serves on, and cannot be scaled or repaired any more.
      for (const endpoint of usersOf(ModelName))
        announce(`warning: model ${ModelName} is deleted while endpoint ${endpoint} uses it`)
      store.models.delete(ModelName)
      store.tags.delete(model.arn)
    },
  }
}
