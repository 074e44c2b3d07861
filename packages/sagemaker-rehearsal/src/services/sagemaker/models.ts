/** CreateModel and its relatives. */

import type { ContainerDefinition, CreateModelCommandInput } from '@aws-sdk/client-sagemaker'
import { z } from 'zod'
import { invalid } from '../../aws-error.ts'
import type { Clock } from '../../clock.ts'
import { modelExists, modelSource } from '../../endpoints/model-archive.ts'
import type { Faults } from '../../faults.ts'
import { type Actions, action, arn } from '../../service.ts'
import type { Store } from '../../store.ts'
import type { S3 } from '../s3/s3.ts'
import { listed } from './lists.ts'
import { CREATE_MODEL, LIST, MODEL_NAME } from './schemas.ts'
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

export const createModelActions = ({ store, clock, s3, faults, announce }: ModelSettings): Actions => {
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
    CreateModel: action(CREATE_MODEL, (checked, caller) => {
      // The schema has checked it; the SDK's type has all members.
      const input = checked as CreateModelCommandInput
      const { ModelName: name } = checked
      const modelArn = arn('sagemaker', caller, `model/${name.toLowerCase()}`)
      if (store.models.has(name)) throw invalid(`Cannot create already existing model "${modelArn}".`)
      const containers = input.Containers ?? [input.PrimaryContainer ?? {}]
      for (const container of containers) {
        const source = modelSource(container)
        if (source !== undefined && !modelExists(s3, source))
          throw invalid(`Could not find model data at ${source.uri}.`)
      }
      store.models.set(name, { arn: modelArn, createdAt: clock.now(), input })
      setTags(store, modelArn, checked.Tags)
      return { ModelArn: modelArn }
    }),

    DescribeModel: action(z.looseObject({ ModelName: MODEL_NAME }), ({ ModelName }, caller) => {
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
    }),

    ListModels: action(LIST, (query) => {
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
    }),

    DeleteModel: action(z.looseObject({ ModelName: MODEL_NAME }), ({ ModelName }, caller) => {
      const model = find(ModelName, arn('sagemaker', caller, `model/${ModelName.toLowerCase()}`))
      // AWS lets it happen: the endpoint serves on, and cannot be scaled or repaired any more.
      for (const endpoint of usersOf(ModelName))
        announce(`warning: model ${ModelName} is deleted while endpoint ${endpoint} uses it`)
      store.models.delete(ModelName)
      store.tags.delete(model.arn)
    }),
  }
}
