/** What the commands import from the SDK, what doctor asks IAM for, and the policies in docs/iam/ say the same. */

import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { LambdaDeployment } from '../../../scripts/config/deployment.ts'
import {
  DEPLOYER,
  DOCTOR,
  deployerNeeds,
  EXECUTION,
  executionNeeds,
  type Need,
  PROXY,
} from '../../../scripts/doctor/needs.ts'
import {
  LAMBDA_DEPLOYER,
  LAMBDA_EXECUTION,
  lambdaDeployerNeeds,
  lambdaExecutionNeeds,
} from '../../../scripts/lambda/needs.ts'
import { ROOT } from '../../fixtures/index.ts'
import { deploymentOf } from './fake.ts'

type Statement = { Sid: string; Effect: string; Action: string[]; Resource: string | string[] }

const statements = (name: string): Statement[] =>
  JSON.parse(readFileSync(`${ROOT}docs/iam/${name}.json`, 'utf8')).Statement

/** How IAM calls the packages' services. */
const SERVICES: Record<string, string> = {
  'client-application-auto-scaling': 'application-autoscaling',
  'client-cloudwatch': 'cloudwatch',
  'client-cloudwatch-logs': 'logs',
  'client-ecr': 'ecr',
  'client-iam': 'iam',
  'client-lambda': 'lambda',
  'client-resource-groups-tagging-api': 'tag',
  'client-s3': 's3',
  'client-sagemaker': 'sagemaker',
  'client-sagemaker-runtime': 'sagemaker',
  'client-service-quotas': 'servicequotas',
  'client-sts': 'sts',
}

/** Calls that are allowed by an action of another name (Service Authorization Reference). */
const OTHER_NAMES: Record<string, string[]> = {
  's3:HeadObject': ['s3:GetObject'],
  's3:HeadBucket': ['s3:ListBucket'],
  's3:ListObjectsV2': ['s3:ListBucket'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  // lib-storage
  's3:Upload': ['s3:PutObject', 's3:AbortMultipartUpload'],
  'lambda:Invoke': ['lambda:InvokeFunction'],
  // Anyone may.
  'sts:GetCallerIdentity': [],
}

/** Every action that the SDK's commands and paginators in these files need. */
const importedActions = (within = ''): Set<string> => {
  const actions = new Set<string>()
  for (const file of readdirSync(`${ROOT}scripts`, { recursive: true, encoding: 'utf8' })) {
    // The rehearsal is the other side.
    if (!file.endsWith('.ts') || file.startsWith('rehearsal/') || !file.startsWith(within)) continue
    const source = readFileSync(`${ROOT}scripts/${file}`, 'utf8')
    for (const [, names = '', name = ''] of source.matchAll(/import \{([^}]*)\} from '@aws-sdk\/([^']+)'/g)) {
      const service = name === 'lib-storage' ? 's3' : SERVICES[name]
      if (service === undefined)
        throw new Error(`${file} imports @aws-sdk/${name}, which is not in the table`)
      for (const [, command, paginated] of names.matchAll(/\b(?:(\w+)Command|paginate(\w+))\b(?!\w)/g))
        for (const action of OTHER_NAMES[`${service}:${command ?? paginated}`] ?? [
          `${service}:${command ?? paginated}`,
        ])
          actions.add(action)
      if (name === 'lib-storage') for (const action of OTHER_NAMES['s3:Upload'] ?? []) actions.add(action)
    }
  }
  return actions
}

const isLambdas = (action: string) => action.startsWith('lambda:')

t.test('the deployer may do all that scripts/ call, but for Lambda', async (t) => {
  const allowed = new Set(statements('deployer').flatMap(({ Action }) => Action))
  const imported = new Set([...importedActions()].filter((action) => !isLambdas(action)))
  t.ok(imported.has('sagemaker:DescribeEndpoint') && imported.has('ecr:DescribeImages'), 'imports are found')
  t.strictSame(
    [...imported].filter((action) => !allowed.has(action)),
    [],
  )
})

t.test('and nothing that neither they nor build_and_push.sh call', async (t) => {
  const used = importedActions()
  // By the container engine's push, the AWS command line, or SageMaker and Application Auto Scaling on our behalf.
  const implied = [
    ...DEPLOYER.repository,
    ...DEPLOYER.registry,
    ...DEPLOYER.passRole,
    ...DEPLOYER.scalingRole,
    ...DEPLOYER.volumeKey,
    ...DEPLOYER.answerKey,
    'application-autoscaling:TagResource',
    'cloudwatch:TagResource',
    'sagemaker:AddTags',
  ]
  for (const action of implied) used.add(action)
  t.strictSame(
    [...new Set(Object.values(DEPLOYER).flat())].filter((action) => !used.has(action)),
    [],
  )
})

t.test(
  'the deployer of functions may do what scripts/lambda/ calls, and of Lambda nothing else',
  async (t) => {
    const allowed = new Set(statements('lambda-deployer').flatMap(({ Action }) => Action))
    const imported = importedActions('lambda/')
    t.ok(imported.has('lambda:PublishVersion') && imported.has('lambda:InvokeFunction'), 'imports are found')
    t.strictSame(
      [...imported].filter((action) => !allowed.has(action)),
      [],
    )
    // Without it, GetFunction leaves the tags out.
    imported.add('lambda:ListTags')
    t.strictSame(
      [...allowed].filter((action) => isLambdas(action) && !imported.has(action)),
      [],
    )
  },
)

t.test('the proxy may do what scripts/traffic/ calls, and nothing else', async (t) => {
  t.strictSame([...importedActions('traffic/')].sort(), Object.values(PROXY).flat().sort())
})

t.test('docs/iam/ has the tables as policies, statement by statement', async (t) => {
  const sid = (key: string) => key.charAt(0).toUpperCase() + key.slice(1)
  const table = (of: Record<string, readonly string[]>) =>
    Object.entries(of).map(([key, actions]) => ({ Sid: sid(key), Effect: 'Allow', Action: [...actions] }))
  const plain = (name: string) => statements(name).map(({ Sid, Effect, Action }) => ({ Sid, Effect, Action }))
  t.strictSame(plain('deployer'), table({ ...DEPLOYER, doctor: DOCTOR }))
  t.strictSame(plain('execution-role'), table(EXECUTION))
  t.strictSame(plain('lambda-deployer'), table(LAMBDA_DEPLOYER))
  t.strictSame(plain('lambda-execution-role'), table(LAMBDA_EXECUTION))
  t.strictSame(plain('proxy'), table(PROXY))
})

/** `lambda-deployer` of a deployment that has everything, and what is asked for there. */
const lambdas = (): [string, Need[]][] => {
  const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' }
  const image = {
    repository: 'flowers',
    dockerfile: '',
    context: '',
    platform: 'linux/amd64',
    buildArgs: {},
  } as const
  const deployment: LambdaDeployment = {
    target: 'lambda',
    endpoint: 'flowers',
    role: 'arn:aws:iam::123456789012:role/team/flowers-role',
    env: {},
    tags: {},
    network: { subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    variants: [{ model: { path: '/m', bucket: 'BUCKET' }, image }],
    memoryMb: 2048,
    timeoutSeconds: 30,
    rollout: {
      strategy: 'all-at-once',
      stepPercent: 100,
      bakeSeconds: 0,
      timeoutSeconds: 3600,
      rollbackOn: [],
    },
    smoke: [],
    keepVersions: 3,
  }
  return [
    ['lambda-deployer', lambdaDeployerNeeds(deployment, place)],
    ['lambda-execution-role', lambdaExecutionNeeds(deployment, place)],
  ]
}

t.test('the resources of the policies fit those that doctor asks for', async (t) => {
  const base = deploymentOf()
  const deployment = {
    ...base,
    autoscaling: {
      min: 1,
      max: 2,
      metric: 'cpu' as const,
      value: 60,
      scaleInSeconds: 300,
      scaleOutSeconds: 60,
    },
    network: { isolated: false, subnets: ['subnet-1'], securityGroups: ['sg-1'] },
    rollout: { ...base.rollout, rollbackOn: [{ alarm: 'mine' }] },
    async: {
      output: 's3://BUCKET/out',
      kmsKey: 'KEY',
      successTopic: 'arn:aws:sns:eu-west-1:123456789012:TOPIC',
    },
    kmsKey: 'arn:aws:kms:eu-west-1:123456789012:key/KEY',
    variants: base.variants.map((variant) => ({
      ...variant,
      model: { path: '/m', bucket: 'BUCKET' },
      compute: { kind: 'instances' as const, type: 'ml.m7i.large', count: 1, ssmAccess: true },
    })),
  }
  const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' }
  const fill = (pattern: string) =>
    pattern
      .replaceAll('REGION', place.region)
      .replaceAll('ACCOUNT', place.account)
      .replaceAll('NAME', 'flowers')
      .replaceAll('REPOSITORY', 'flowers')
      .replaceAll('role/EXECUTION_ROLE', 'role/team/flowers-role')
  const matches = (pattern: string, resource: string) =>
    new RegExp(
      `^${fill(pattern)
        .replace(/[.+?^$()|[\]{}\\]/g, '\\$&')
        .replaceAll('*', '.*')}$`,
    ).test(resource)
  for (const [name, needs] of [
    ['deployer', deployerNeeds(deployment, place)],
    ['execution-role', executionNeeds(deployment, place)],
    ...lambdas(),
  ] as [string, Need[]][]) {
    const policy = statements(name)
    for (const { actions, resources } of needs) {
      for (const action of actions) {
        for (const resource of resources) {
          const fits = policy.some(
            ({ Action, Resource }) =>
              Action.includes(action) && [Resource].flat().some((pattern) => matches(pattern, resource)),
          )
          t.ok(fits, `${name}: ${action} on ${resource}`)
        }
      }
    }
    t.equal(
      new Set(needs.flatMap(({ actions }) => actions)).size,
      new Set(policy.filter(({ Sid }) => Sid !== 'Doctor').flatMap(({ Action }) => Action)).size,
      'everything in the policy is asked for by this deployment, which has everything',
    )
  }
})
