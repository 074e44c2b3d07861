/**
 * endpoint.yaml: the only source of its keys and of the values that each may have. docs/endpoint.schema.json and
 * the table in docs/endpoint-yaml.md are made from it. Rules that concern several keys are in rules.ts, defaults in complete.ts.
 * Bounds are those of the SageMaker API reference unless said otherwise.
 */

import { ProductionVariantInferenceAmiVersion } from '@aws-sdk/client-sagemaker'
import { z } from 'zod'
import { keyPaths } from '../../src/model/config-issue.ts'
import type { RollbackRule } from './deployment.ts'
import { INSTANCE_TYPES } from './instance-types.ts'
import { nearest } from './nearest.ts'
import { sticky } from './sticky.ts'
import { parseDuration, parsePercent } from './units.ts'
import { BUCKET, duration, integer, matching, plain, s3Location, text, variantName } from './values.ts'

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const name = matching(
  NAME,
  'lower-case letters and digits, with single hyphens between them, such as "flowers-v2"',
)

const bucket = matching(new RegExp(`^${BUCKET}$`), 'the name of an S3 bucket')
/** An id, an alias or an ARN of either (KmsKeyId). */
const kmsKey = matching(
  /^[a-zA-Z0-9:/_-]{1,2048}$/,
  'a key id, an alias such as "alias/name", or the ARN of either',
)
const s3Archive = matching(
  new RegExp(`^s3://${BUCKET}/.+\\.tar\\.gz$`),
  'an archive such as "s3://bucket/folder/model.tar.gz"',
)
const s3Prefix = matching(
  new RegExp(`^s3://${BUCKET}/(.+/)?$`),
  'a folder with a slash at its end, such as "s3://bucket/folder/"',
)

/** Private repositories are all that SageMaker pulls from: `account.dkr.ecr.region.amazonaws.com`, in any partition. */
export const ECR_IMAGE =
  /^(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+\/[a-z0-9][a-z0-9._/-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/
const imageUri = matching(
  ECR_IMAGE,
  'an image in Amazon ECR, such as "123456789012.dkr.ecr.eu-west-1.amazonaws.com/flowers:v2"',
)

const image = z
  .union(
    [
      imageUri,
      z.strictObject({
        repository: matching(
          /^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/,
          'lower-case letters and digits, with . _ - / between them',
        )
          .optional()
          .describe('The ECR repository that `push` fills. Default: `name`.'),
        tag: matching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, 'at most 128 letters, digits and _ . -')
          .optional()
          .describe('The tag to deploy. Default: the image that was pushed last.'),
        dockerfile: text.optional().describe('Default: `Dockerfile` in `context`.'),
        context: text.optional().describe('The folder that is built. Default: the folder of this file.'),
        platform: z
          .enum(['linux/amd64', 'linux/arm64'])
          .optional()
          .describe('Default: what the instance type needs.'),
        buildArgs: z.record(text, plain).optional().describe('Arguments of the build by name.'),
      }),
    ],
    { error: 'an image in Amazon ECR, or a group of keys' },
  )
  .describe('The image: its address in Amazon ECR, or what is needed to build and push it.')

const model = z
  .union(
    [
      text.refine((value) => !value.startsWith('s3://') || s3Archive.safeParse(value).success, {
        error: 'an archive "s3://…/model.tar.gz"; an uncompressed folder in S3 is {prefix: "s3://…/"}',
      }),
      z.strictObject({
        path: text.describe('The folder with the ONNX file; it is packed and uploaded.'),
        bucket: bucket
          .optional()
          .describe('The bucket for the archive. Default: `sagemaker-REGION-ACCOUNT`.'),
      }),
      z.strictObject({ uri: s3Archive.describe('An archive that lies in S3 already.') }),
      z.strictObject({ prefix: s3Prefix.describe('A folder in S3 with the files as they are.') }),
      z.strictObject({ bakedIn: z.literal(true).describe('`true` if the image has the model in it.') }),
      z.strictObject({
        package: matching(
          // VersionedArnOrName.
          /^(?=.{1,176}$)(arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:[a-z-]*\/)?[a-zA-Z0-9][a-zA-Z0-9-]{0,62}(?<!-)(\/\d{1,9})?$/,
          'a model package: its ARN, or its name, such as "flowers/3"',
        ).describe('A model package of the registry, which names its image and its data: its ARN or name.'),
      }),
    ],
    { error: 'a folder, an archive in S3, or a group with one of path, uri, prefix, bakedIn and package' },
  )
  .describe(
    'The model: a folder, or an archive `s3://…/model.tar.gz`, or a group with one of the keys below.',
  )

/** The start-up and download limits of ProductionVariant. */
const startWait = () => duration(60, 3600)

const instanceType = () =>
  z.enum(INSTANCE_TYPES as [string, ...string[]], {
    error: ({ input }) => {
      const meant = typeof input === 'string' ? nearest(input, INSTANCE_TYPES) : undefined
      return `an instance type for endpoints ${meant === undefined ? 'such as "ml.m7i.large"' : `(did you mean ${meant}?)`}`
    },
  })

const AMIS = Object.values(ProductionVariantInferenceAmiVersion)

/** InstancePoolPriority. */
const MOST_POOLS = 5

const managedScaling = z.strictObject({
  min: integer(0, 10_000).describe('Fewest instances.'),
  max: integer(1, 10_000).describe('Most instances.'),
  scaleIn: z
    .enum(['idle-release', 'consolidation'])
    .optional()
    .describe(
      'Which instances are given up: `idle-release` those without a copy of an inference component; `consolidation` those whose copies fit elsewhere.',
    ),
  step: integer(1, 100)
    .optional()
    .describe('How many at once, with `consolidation`. 1 to 100. Default: 1, as SageMaker does.'),
  cooldown: duration(300, 86_400)
    .optional()
    .describe('Wait before the next, with `consolidation`. 5m to 24h. Default: 20m, as SageMaker does.'),
})

const coreDumps = z.strictObject({
  to: s3Location.describe('Where they are put, `s3://…`.'),
  kmsKey: kmsKey.optional().describe('The KMS key that encrypts them.'),
})

const compute = z
  .strictObject({
    type: instanceType().optional().describe('The instance type. Default: `ml.m7i.large`.'),
    pools: z
      .array(instanceType())
      .min(1)
      .max(MOST_POOLS)
      .optional()
      .describe(
        `In place of \`type\`: up to ${MOST_POOLS} instance types. Where the first is not to be had, the next is tried.`,
      ),
    provisionTimeout: duration(300, 3600)
      .optional()
      .describe('How long instances that are not to be had are waited for, over all `pools`. 5m to 1h.'),
    instances: integer(1, 10_000).optional().describe('How many. Default: 1, or `autoscaling.min`.'),
    volumeGb: integer(1, 512).optional().describe('Size of the volume of each instance, in GB.'),
    routing: z
      .enum(['least-outstanding', 'random'])
      .optional()
      .describe('How requests are spread over the instances. Default: `random`, as SageMaker does.'),
    startupTimeout: startWait()
      .optional()
      .describe('How long the container may take until `/ping` answers. 1m to 1h.'),
    downloadTimeout: startWait()
      .optional()
      .describe('How long the download of the model may take. 1m to 1h.'),
    ami: z
      .enum(AMIS, { error: `one of ${AMIS.join(', ')}` })
      .optional()
      .describe(
        'The image of the machine, by InferenceAmiVersion: which driver GPUs and Neuron devices have. `Dockerfile.gpu` needs `al2023-ami-sagemaker-inference-gpu-4-1`, or with any other `image.buildArgs: {CUDA: "12"}`.',
      ),
    reservation: matching(
      // MlReservationArn.
      /^(?=.{20,258}$)arn:aws[a-z-]*:sagemaker:[a-z0-9-]*:\d{12}:[a-z0-9-]{1,14}\/.*$/,
      'the ARN of a reservation, such as "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/mine"',
    )
      .optional()
      .describe('ARN of an ML capacity reservation. Instances come out of it alone, or not at all.'),
    ssmAccess: z
      .boolean({ error: 'true or false' })
      .optional()
      .describe(
        '`true`: a shell in the container by AWS Systems Manager, for accounts that AWS has let; SageMaker then patches and replaces instances a day later. Default: `false`.',
      ),
    coreDumps: coreDumps.optional().describe('Keeps the memory of a container that has crashed, in S3.'),
    managedScaling: managedScaling
      .optional()
      .describe('SageMaker chooses the number of instances by what inference components need.'),
    serverless: z
      .strictObject({
        memoryMb: z
          .literal([1024, 2048, 3072, 4096, 5120, 6144])
          .describe('1024, 2048, 3072, 4096, 5120 or 6144.'),
        maxConcurrency: integer(1, 200).describe('Requests that are run at once. 1 to 200.'),
        provisioned: integer(1, 200)
          .optional()
          .describe('As many are kept warm. At most `maxConcurrency`. Default: none.'),
      })
      .optional()
      .describe('Serverless instead of instances.'),
  })
  .describe('What the model runs on: instances, or `serverless`.')

const variant = z.strictObject({
  name: variantName.describe('At most 63 letters, digits and hyphens. Each name once.'),
  weight: z
    .number({ error: 'a number, 0 or more' })
    .min(0, { error: 'a number, 0 or more' })
    .optional()
    .describe('Its share of the traffic is this divided by the sum of all. 0: by its name only. Default: 1.'),
  model: model.optional(),
  image: image.optional(),
  compute: compute.optional(),
})

const shadow = z.strictObject({
  name: variantName.optional().describe('Default: `shadow`.'),
  sample: integer(1, 100).describe('Percentage of the requests that are copied. 1 to 100.'),
  model: model.optional(),
  image: image.optional(),
  compute: compute.optional(),
})

/** SnsTopicArn. */
const topic = () =>
  matching(
    /^(?=.{0,2048}$)arn:aws[a-z-]*:sns:[a-z0-9-]*:\d{12}:[a-zA-Z0-9_.-]+$/,
    'an ARN such as "arn:aws:sns:eu-west-1:123456789012:done"',
  )

const async_ = z.strictObject({
  output: s3Location.describe('Where answers are put, `s3://…`.'),
  failure: s3Location.optional().describe('Where failures are put, `s3://…`.'),
  concurrencyPerInstance: integer(1, 1000)
    .optional()
    .describe('Requests given to an instance at once. 1 to 1000. Default: chosen by SageMaker.'),
  kmsKey: kmsKey.optional().describe('The KMS key that encrypts the answers.'),
  topics: z
    .strictObject({
      success: topic().optional().describe('ARN of an SNS topic.'),
      error: topic().optional().describe('ARN of an SNS topic.'),
    })
    .optional()
    .describe('Who is told when an answer is there.'),
})

const positive = () => z.number({ error: 'a number above 0' }).positive({ error: 'a number above 0' })

const autoscaling = z.strictObject({
  min: integer(0, 10_000).describe(
    'Fewest instances; 0 only with `async` and the metric `backlog`. A request that finds none brings up one once it has waited for two minutes.',
  ),
  max: integer(1, 10_000).describe('Most instances.'),
  target: z
    .strictObject({
      metric: z
        .enum(['invocations-per-instance', 'concurrency', 'cpu', 'backlog', 'provisioned-concurrency'])
        .describe(
          'What is held at `value`: `invocations-per-instance` (a minute), `concurrency` (requests at once, by model), `cpu` (percent of all cores), `backlog` (waiting requests by instance, with `async`), `provisioned-concurrency` (percent in use, with `serverless`).',
        ),
      value: positive().describe('The value to hold.'),
    })
    .describe('When instances are added and removed.'),
  scaleIn: duration(0, 3600).optional().describe('Wait between removals. Default: 300s.'),
  scaleOut: duration(0, 3600).optional().describe('Wait between additions. Default: 60s.'),
})

/** CsvContentType, JsonContentType. */
const mediaTypes = () =>
  z
    .array(
      matching(
        /^(?=.{1,256}$)[a-zA-Z0-9](-*[a-zA-Z0-9])*\/[a-zA-Z0-9](-*[a-zA-Z0-9.])*$/,
        'a media type such as "application/json", of letters, digits, hyphens and dots',
      ),
    )
    .min(1)
    .max(10)

const capture = z.strictObject({
  percent: integer(0, 100).describe('Percentage of the requests that are kept.'),
  to: s3Location.describe('Where they are put, `s3://…`.'),
  what: z
    .array(z.enum(['input', 'output']))
    .min(1)
    .max(2)
    .optional()
    .describe('`input`, `output` or both. Default: both.'),
  asJson: mediaTypes()
    .optional()
    .describe('Media types that are kept as JSON, at most 10. What is neither is kept as base64.'),
  asCsv: mediaTypes().optional().describe('Media types that are kept as CSV, at most 10.'),
  kmsKey: kmsKey.optional().describe('The KMS key that encrypts them.'),
})

/** MetricPublishFrequencyInSeconds. */
const PUBLISHED = { '10s': 10, '30s': 30, '60s': 60, '120s': 120, '180s': 180, '240s': 240, '300s': 300 }

const published = () =>
  z
    .enum(Object.keys(PUBLISHED) as (keyof typeof PUBLISHED)[], {
      error: `one of ${Object.keys(PUBLISHED).join(', ')}`,
    })
    .transform((text) => PUBLISHED[text])

const observability = z.strictObject({
  detailed: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe(
      "The container's Prometheus metrics, and those of each instance and GPU, go to CloudWatch. Default: `true`, as SageMaker does since June 2026.",
    ),
  enhanced: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe('Utilisation and invocations by instance and container. Default: `false`, as SageMaker does.'),
  every: published()
    .optional()
    .describe('How often: 10s, 30s, 60s, 120s, 180s, 240s or 300s. Default: 60s, as SageMaker does.'),
  container: z
    .strictObject({
      path: matching(
        // MetricsEndpointPath.
        /^(?=.{1,256}$)\/(?!.*\.\.)[a-zA-Z0-9/_.-]+$/,
        'a path such as "/metrics"',
      )
        .optional()
        .describe('Where the container has its metrics, on port 8080. Default: `/metrics`.'),
      every: published()
        .optional()
        .describe('How often they are read, as above. Default: 60s, as SageMaker does.'),
    })
    .optional()
    .describe("The container's own metrics."),
})

/** What has keys here by which more is decided than the one member. */
const OURS = [
  'EndpointConfigName',
  'ProductionVariants',
  'ShadowProductionVariants',
  'ModelName',
  'VariantName',
  'InitialVariantWeight',
  'InitialInstanceCount',
  'InstanceType',
  'InstancePools',
  'ServerlessConfig',
  'ExecutionRoleArn',
  'Tags',
]

const members = () =>
  z.record(
    text.refine((name) => !OURS.includes(name), {
      error: `another member: ${OURS.join(', ')} come from the keys of this file`,
    }),
    z.json(),
  )

const aws = z.strictObject({
  model: members().optional().describe('Members of CreateModel, such as `PrimaryContainer`.'),
  config: members().optional().describe('Members of CreateEndpointConfig, such as `ExplainerConfig`.'),
  variant: members()
    .optional()
    .describe('Members of each ProductionVariant, the shadow too, such as `RoutingConfig`.'),
})

const POINTS = /^(\d{1,2})\/(\d{1,2})$/

const points = z
  .string({ error: 'points of minutes such as "2/3"' })
  .refine(
    (value) => {
      const [, m, n] = POINTS.exec(value) ?? []
      return m !== undefined && n !== undefined && Number(m) >= 1 && Number(m) <= Number(n) && Number(n) <= 30
    },
    { error: 'points of minutes such as "2/3", at most 30' },
  )
  .meta({ pattern: '^\\d+/\\d+$' })
  .transform((value) => {
    const [m = 0, n = 0] = value.split('/').map(Number)
    return { points: m, of: n }
  })

const RATES = ['5xx-rate', '4xx-rate', 'error-rate'] as const
const LATENCIES = ['p99-latency', 'p50-latency'] as const

const metricRule = z
  .strictObject({
    metric: z
      .enum([...RATES, ...LATENCIES])
      .describe(
        'What is watched on the new instances: `5xx-rate`, `4xx-rate`, `p99-latency` or `p50-latency`; on the new version of a function also `error-rate`, of those that fail, and the first two with a URL alone.',
      ),
    above: z
      .string({ error: 'a percentage such as "1%", or a duration such as "800ms"' })
      .describe('The limit: for a rate a percentage such as `1%`, for a latency a duration such as `800ms`.'),
    for: points.optional().describe('How many minutes of how many must be above it. Default: `2/3`.'),
  })
  .transform(({ metric, above, for: range = { points: 2, of: 3 } }, context): RollbackRule => {
    const wrong = (message: string) => {
      context.addIssue({ code: 'custom', path: ['above'], message })
      return z.NEVER
    }
    if (metric === '5xx-rate' || metric === '4xx-rate' || metric === 'error-rate') {
      const abovePercent = parsePercent(above) ?? 100
      return abovePercent < 100
        ? { metric, abovePercent, ...range }
        : wrong('a percentage below 100, such as "1%"')
    }
    const aboveMs = parseDuration(above) ?? 0
    return aboveMs > 0 ? { metric, aboveMs, ...range } : wrong('a duration such as "800ms"')
  })

const rollbackRule = z.union(
  [
    metricRule,
    z.strictObject({
      alarm: matching(/^(?!\s*$).{1,255}$/, 'the name of an alarm, of at most 255 characters').describe(
        'Name of a CloudWatch alarm of your own.',
      ),
    }),
  ],
  { error: '{metric, above} or {alarm}' },
)

const step = z
  .union(
    [
      z
        .string()
        .refine((value) => Number.isInteger(parsePercent(value)) && parsePercent(value) !== 0, {
          error: 'a whole percentage such as "10%", or a number of instances',
        })
        .meta({ pattern: '^\\d+%$' })
        .transform((value) => ({ percent: parsePercent(value) ?? 0 })),
      z
        .int()
        .min(1)
        .transform((instances) => ({ instances })),
    ],
    { error: 'a whole percentage such as "10%", or a number of instances' },
  )
  .describe(
    'How much is moved at once, in percent such as `10%` or as a number of instances. canary: at most 50 %; linear: 10 to 50 %; rolling: 5 to 50 %. Default: 10% for canary, 25% else.',
  )

const rollout = z.strictObject({
  strategy: z
    .enum(['all-at-once', 'canary', 'linear', 'rolling'])
    .optional()
    .describe(
      '`all-at-once`; `canary`: a part of the new fleet first; `linear`: in equal steps; `rolling`: instance by instance, without a second fleet. Default: `all-at-once`.',
    ),
  step: step.optional(),
  bake: duration(0, 3600)
    .optional()
    .describe('How long alarms watch after each step. Default: 5m, or longer if `rollbackOn` needs it.'),
  keepOldFor: duration(0, 3600)
    .optional()
    .describe(
      'How long the old fleet is kept, and alarms still watch, after the last step. Default: as `bake`; with `all-at-once` as long as `rollbackOn` needs.',
    ),
  timeout: duration(600, 28_800)
    .optional()
    .describe('The update fails after this. 10m to 8h. Default: 1h, or longer if the waits need it.'),
  rollbackStep: step
    .optional()
    .describe(
      'With `rolling`: how much a rollback brings back at once, up to `100%`, which needs instances for a second fleet. Default: as `step`.',
    ),
  rollbackOn: z
    .array(rollbackRule)
    .max(10)
    .optional()
    .describe('What rolls an update back: alarms made for it, or your own. Default: none.'),
  keepCapacity: z
    .boolean({ error: 'true or false' })
    .optional()
    .describe(
      '`true`: an update keeps the instance counts and weights that autoscaling, `scale` and `traffic` have set; `false`: those of this file hold. Default: `true` with `autoscaling`, else `false`.',
    ),
})

/** What the smoke test's paths are made of: `$`, `.key`, `[0]`. */
export const JSON_PATH = /^\$(\.[A-Za-z_][\w-]*|\[\d+\])*$/

const smoke = z.strictObject({
  file: text.describe('The body, relative to this file.'),
  contentType: text.optional().describe('Its media type. Default: by the file name.'),
  accept: text.optional().describe('The media type of the answer. Default: chosen by the server.'),
  status: integer(100, 599).optional().describe('The status that is expected. Default: 200.'),
  expect: z
    .array(
      z.strictObject({
        path: matching(JSON_PATH, 'a path such as "$.predictions[0].label"').describe(
          'Where to look in a JSON answer, such as `$.predictions[0].label`.',
        ),
        equals: z.json().optional().describe('What must be there. Default: anything.'),
      }),
    )
    .optional()
    .describe('What the answer must contain.'),
  maxMs: positive().optional().describe('It must not take longer, in milliseconds.'),
})

/** Lambda quotas: memory, time, storage and concurrency of a function. */
const lambda = z.strictObject({
  memoryMb: integer(128, 10_240)
    .optional()
    .describe('Memory in MB, and with it CPU: 1769 are one. 128 to 10240. Default: 2048.'),
  timeout: duration(1, 900).optional().describe('How long a request may take. 1s to 15m. Default: 30s.'),
  ephemeralMb: integer(512, 10_240)
    .optional()
    .describe('Size of `/tmp` in MB, where the model is put. 512 to 10240. Default: what the model needs.'),
  url: z
    .strictObject({
      auth: z
        .enum(['iam', 'none'])
        .describe('`iam`: for callers with AWS credentials and the permission; `none`: for everybody.'),
    })
    .optional()
    .describe('A URL of the function. Default: none, so that it answers Invoke alone.'),
  provisionedConcurrency: integer(1, 1000)
    .optional()
    .describe('So many environments are kept warm, and billed by the hour. Default: none.'),
  reservedConcurrency: integer(0, 1000)
    .optional()
    .describe(
      "As many requests at once, and no more; 0 stops it. Default: what the account's functions leave.",
    ),
})

/** Every key that an environment can replace. */
const settings = {
  target: z
    .enum(['sagemaker', 'lambda'])
    .optional()
    .describe('Where it runs: `sagemaker` or `lambda`. Default: `sagemaker`.'),
  lambda: lambda
    .optional()
    .describe('With `target: lambda`: what the function has. Keys for instances are not for it.'),
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS Region such as "eu-west-1"')
    .optional()
    .describe('The AWS Region. Default: `AWS_REGION`, or that of the profile.'),
  account: matching(/^\d{12}$/, 'the 12 digits of an AWS account, in quotes')
    .optional()
    .describe('Commands refuse to work in any other account.'),
  role: matching(
    /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/,
    'the ARN of the execution role, such as "arn:aws:iam::123456789012:role/sagemaker"',
  )
    .optional()
    .describe(
      'ARN of the execution role, which SageMaker or Lambda assumes. Required, here or in each environment.',
    ),
  model: model.optional(),
  image: image.optional(),
  compute: compute.optional(),
  env: z
    .record(matching(/^[a-zA-Z_][a-zA-Z0-9_]*$/, 'the name of a variable'), plain)
    .optional()
    .describe('Environment variables of the container. At most 100, of 1024 bytes each; no secrets.'),
  network: z
    .strictObject({
      isolated: z.boolean().optional().describe('`true`: the container reaches nothing. Default: `false`.'),
      subnets: z.array(text).max(16).optional().describe('Subnets of your VPC, at most 16.'),
      securityGroups: z.array(text).max(5).optional().describe('Security groups of your VPC, at most 5.'),
    })
    .optional()
    .describe('A VPC of your own, or no network at all.'),
  kmsKey: kmsKey
    .optional()
    .describe(
      'The KMS key that encrypts the volumes of the instances. Local disks, which some types have, are encrypted by the hardware.',
    ),
  tags: z.record(text, plain).optional().describe('Tags on all that is made.'),
  variants: z
    .array(variant)
    .min(1)
    .max(10)
    .optional()
    .describe(
      'Models that share the traffic. `model`, `image` and `compute` are those of the file where a variant has none of its own. Default: one, called `primary`.',
    ),
  shadow: shadow
    .optional()
    .describe('A model that gets copies of requests and whose answers nobody sees. Only with one variant.'),
  async: async_.optional().describe('Asynchronous invocations: requests and answers lie in S3.'),
  autoscaling: autoscaling.optional().describe('The number of instances of each variant follows the load.'),
  capture: capture.optional().describe('Keeps requests and answers in S3.'),
  observability: observability
    .optional()
    .describe(
      'What SageMaker measures, beside invocations and latency. Each metric is billed by CloudWatch.',
    ),
  aws: aws
    .optional()
    .describe(
      "Members of SageMaker's requests that have no key here, by SageMaker's names. They are merged in, and a change of them is a new version.",
    ),
  sticky: sticky.optional().describe('The same user gets the same variant: for `proxy`.'),
  rollout: rollout.optional().describe('How a new version replaces the old one.'),
  smoke: z.array(smoke).optional().describe('Requests that a new endpoint must answer before it counts.'),
  keepVersions: integer(1, 20)
    .optional()
    .describe('How many versions `gc` keeps, the live one among them. Default: 3.'),
}

const settingsSchema = z.strictObject(settings)

export const endpointSchema = z.strictObject({
  name: name.describe('Name of the endpoint, and prefix of all that is made for it.'),
  ...settings,
  environments: z
    .record(name, settingsSchema.or(z.null()))
    .optional()
    .describe(
      'Staging, production, …: each may have every key above but `name`, and replaces it as a whole. The endpoint is called `NAME-ENVIRONMENT` then.',
    ),
})

/** The content of a valid file. */
export type EndpointFile = z.output<typeof endpointSchema>

/** The keys of one environment, as the file has them. */
export type Settings = z.output<typeof settingsSchema>

/** The path of every key, e.g. `rollout.bake`. */
export const ENDPOINT_KEYS: readonly string[] = keyPaths(z.toJSONSchema(endpointSchema, { io: 'input' }))
