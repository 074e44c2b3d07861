/** A deployment, what would be looked up for it, and what would then be live: for tests of what follows. */

import type { Live } from '../../scripts/aws/live.ts'
import type { Deployment, Variant } from '../../scripts/config/deployment.ts'
import { desire } from '../../scripts/plan/desire.ts'
import {
  type Desired,
  HISTORY_TAG,
  imageKey,
  OWNER_TAG,
  type Resolved,
  VERIFIED_TAG,
} from '../../scripts/plan/desired.ts'

export const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`

export const IMAGE = { uri: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/digits@${DIGEST}` }

/** Within bounds that the fleets of these tests keep to. */
export const AUTOSCALING: NonNullable<Deployment['autoscaling']> = {
  min: 2,
  max: 4,
  metric: 'invocations-per-instance',
  value: 100,
  scaleInSeconds: 300,
  scaleOutSeconds: 60,
}

export const aVariant = (more: Partial<Variant> = {}): Variant => ({
  name: 'primary',
  weight: 1,
  model: { path: '/models/one' },
  image: IMAGE,
  compute: { kind: 'instances', type: 'ml.c6i.large', count: 2 },
  ...more,
})

export const aDeployment = (more: Partial<Deployment> = {}): Deployment => ({
  endpoint: 'digits',
  role: 'arn:aws:iam::123456789012:role/sagemaker',
  env: {},
  network: { isolated: false, subnets: [], securityGroups: [] },
  tags: { team: 'ml' },
  variants: [aVariant()],
  rollout: {
    strategy: 'canary',
    step: { percent: 50 },
    bakeSeconds: 300,
    keepOldSeconds: 60,
    timeoutSeconds: 3600,
    rollbackOn: [{ metric: '5xx-rate', abovePercent: 5, points: 2, of: 3 }],
    keepCapacity: true,
  },
  smoke: [],
  keepVersions: 3,
  ...more,
})

/** Every folder's archive is named by the folder's name. */
export const resolvedFor = ({ variants, shadow, endpoint }: Deployment): Resolved => {
  const fleets = [...variants, ...(shadow === undefined ? [] : [shadow])]
  const folders = fleets.flatMap(({ model }) =>
    typeof model === 'object' && 'path' in model ? [model.path] : [],
  )
  return {
    account: '123456789012',
    partition: 'aws',
    region: 'eu-west-1',
    images: new Map(
      fleets.flatMap(({ image }) =>
        image === undefined ? [] : [[imageKey(image), 'uri' in image ? image.uri : '']],
      ),
    ),
    archives: new Map(
      folders.map((folder) => {
        const sha256 = Buffer.from(folder.slice(-6).padEnd(32, '-')).toString('hex')
        const key = `${endpoint}/${sha256.slice(0, 12)}/model.tar.gz`
        return [folder, { folder, sha256, bytes: 2048, bucket: 'models', key }]
      }),
    ),
  }
}

export const desiredFor = (deployment: Deployment): Desired => desire(deployment, resolvedFor(deployment))

export const NOTHING: Live = {
  tags: {},
  models: {},
  configs: [],
  scaling: { targets: [], policies: [], alarms: [] },
  alarms: [],
  buckets: [],
  objects: [],
}

/** What is live when all that is wanted has been deployed. */
export const liveOf = ({ endpoint, config, models, scaling, archives, create }: Desired): Live => {
  const name = config.EndpointConfigName as string
  const hash = name.slice(endpoint.length + 1)
  return {
    endpoint: {
      EndpointName: endpoint,
      EndpointArn: `arn:aws:sagemaker:eu-west-1:123456789012:endpoint/${endpoint}`,
      EndpointConfigName: name,
      EndpointStatus: 'InService',
      CreationTime: new Date(0),
      LastModifiedTime: new Date(0),
      ProductionVariants: (config.ProductionVariants ?? []).map((variant) => ({
        VariantName: variant.VariantName,
        CurrentWeight: variant.InitialVariantWeight,
        DesiredWeight: variant.InitialVariantWeight,
        CurrentInstanceCount: variant.InitialInstanceCount,
        DesiredInstanceCount: variant.InitialInstanceCount,
        DeployedImages: models
          .filter(({ ModelName }) => ModelName === variant.ModelName)
          .map(({ PrimaryContainer }) => ({
            SpecifiedImage: PrimaryContainer?.Image,
            ResolvedImage: PrimaryContainer?.Image,
          })),
      })),
    },
    config: { ...config, EndpointConfigArn: `arn:${name}`, CreationTime: new Date(0) } as NonNullable<
      Live['config']
    >,
    tags: {
      ...Object.fromEntries((create.Tags ?? []).map(({ Key, Value }) => [Key as string, Value as string])),
      [OWNER_TAG]: endpoint,
      [HISTORY_TAG]: hash,
      [VERIFIED_TAG]: hash,
    },
    models: Object.fromEntries(
      models.map((model) => [
        model.ModelName,
        { ...model, ModelArn: `arn:${model.ModelName}`, CreationTime: new Date(0) } as Live['models'][string],
      ]),
    ),
    configs: [name],
    scaling: {
      targets: scaling.map(({ target }) => ({
        ...target,
        RoleARN: 'arn:role',
        CreationTime: new Date(0),
      })) as Live['scaling']['targets'],
      policies: scaling.flatMap(({ policies }) =>
        policies.map((policy) => ({
          ...policy,
          PolicyARN: `arn:${policy.PolicyName}`,
          CreationTime: new Date(0),
        })),
      ) as Live['scaling']['policies'],
      alarms: scaling.flatMap(({ alarm }) =>
        alarm === undefined ? [] : [{ ...alarm, AlarmActions: [`arn:${alarm.AlarmName}`] }],
      ) as Live['scaling']['alarms'],
    },
    alarms: [],
    buckets: [...new Set(archives.map(({ bucket }) => bucket))],
    objects: archives.map(({ bucket, key }) => `s3://${bucket}/${key}`),
  }
}
