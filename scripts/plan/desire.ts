/** From a deployment to the very requests that make it. Pure: what had to be looked up is given. */

import type { CreateModelCommandInput, ProductionVariant } from '@aws-sdk/client-sagemaker'
import { isPackage } from '../config/complete.ts'
import type { Compute, Deployment, ImageSource, ModelSource } from '../config/deployment.ts'
import { desireAlarms } from './alarms.ts'
import { type Archive, type Desired, HISTORY_TAG, imageKey, type Resolved } from './desired.ts'
import { hardware } from './hardware.ts'
import { merged } from './members.ts'
import { hashName } from './names.ts'
import { guarded, retained } from './rollout.ts'
import { desireScaling } from './scaling.ts'
import { configSettings, containerSettings, modelSettings } from './settings.ts'
import { tagsOf } from './tags.ts'
import { validate } from './validate.ts'

/** Throws CommandError with what SageMaker would refuse, and Error if `resolved` lacks what the deployment names. */
export const desire = (deployment: Deployment, resolved: Resolved): Desired => {
  const { endpoint, variants, shadow } = deployment
  const tags = tagsOf(deployment)
  const fleets = [...variants, ...(shadow ? [shadow] : [])]
  const models = fleets.map((fleet) => desireModel(deployment, fleet, resolved))

  const variantOf = (at: number, name: string, weight: number, compute: Compute): ProductionVariant =>
    merged('variant', deployment, {
      VariantName: name,
      ModelName: models[at]?.ModelName,
      InitialVariantWeight: weight,
      ...hardware(compute),
    })
  const content = merged('config', deployment, {
    ProductionVariants: variants.map(({ name, weight, compute }, at) => variantOf(at, name, weight, compute)),
    ...(shadow && {
      ShadowProductionVariants: [
        // The share of requests that is copied is its weight by that of the production variant.
        variantOf(
          variants.length,
          shadow.name,
          ((variants[0]?.weight ?? 1) * shadow.percent) / 100,
          shadow.compute,
        ),
      ],
    }),
    ...configSettings(deployment),
  })
  const configName = hashName(endpoint, content)
  const alarms = desireAlarms(deployment, configName)
  const names = { EndpointName: endpoint, EndpointConfigName: configName }

  const desired: Desired = {
    endpoint,
    archives: archivesOf(fleets, resolved),
    models: [...new Map(models.map((model) => [model.ModelName, model])).values()],
    config: { EndpointConfigName: configName, ...content, Tags: tags },
    create: {
      ...names,
      Tags: [...tags, { Key: HISTORY_TAG, Value: configName.slice(endpoint.length + 1) }],
    },
    update: { ...names, ...retained(deployment.rollout), ...guarded(deployment, alarms) },
    alarms,
    scaling: desireScaling(deployment),
  }
  validate(desired, resolved)
  return desired
}

type Fleet = { model: ModelSource; image?: ImageSource | undefined; compute: Compute }

const desireModel = (
  deployment: Deployment,
  { model, image }: Fleet,
  resolved: Resolved,
): CreateModelCommandInput => {
  const { endpoint, role } = deployment
  const content = merged('model', deployment, {
    ExecutionRoleArn: role,
    PrimaryContainer: {
      ...(image !== undefined && {
        Image: found(resolved.images.get(imageKey(image)), `the image ${imageKey(image)}`),
      }),
      ...modelData(model, resolved),
      ...containerSettings(deployment),
    },
    ...modelSettings(deployment),
  })
  return { ModelName: hashName(endpoint, content), ...content, Tags: tagsOf(deployment) }
}

const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Error(`${what} was not looked up`)
  return value
}

const modelData = (model: ModelSource, resolved: Resolved) => {
  if (model === 'baked-in') return {}
  if (isPackage(model)) return { ModelPackageName: model.package }
  if ('uri' in model) return { ModelDataUrl: model.uri }
  if ('path' in model) {
    const { bucket, key } = found(resolved.archives.get(model.path), `the archive of ${model.path}`)
    return { ModelDataUrl: `s3://${bucket}/${key}` }
  }
  return {
    ModelDataSource: {
      S3DataSource: {
        S3Uri: model.prefix,
        S3DataType: 'S3Prefix' as const,
        CompressionType: 'None' as const,
      },
    },
  }
}

const archivesOf = (fleets: readonly Fleet[], resolved: Resolved): Archive[] => {
  const folders = fleets.flatMap(({ model }) =>
    typeof model === 'object' && 'path' in model ? [model.path] : [],
  )
  return [...new Set(folders)].flatMap((folder) => resolved.archives.get(folder) ?? [])
}
