/** pipeline/template.yaml: what each role may do, that nothing is left behind, and what starts it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { deployerNeeds } from '../../scripts/doctor/needs.ts'
import { ROOT } from '../fixtures/index.ts'
import { BUILT, deploymentOf } from '../scripts/doctor/fake.ts'
import { namesFor, stackOf, TEXT, type Tree, template } from './template.ts'

type Statement = { Sid: string; Action: string[]; Resource: string[]; Condition?: Tree }

/** The policy variable by which one policy does for two roles. */
const TAG = `\${aws:PrincipalTag/environment}`

const TARGETS = ['sagemaker', 'lambda'] as const

const listOf = (value: string | string[]): string[] => [value].flat()

const statementsOf = (document: Tree): Statement[] =>
  document.Statement.map((each: Tree) => ({
    ...each,
    Action: listOf(each.Action),
    Resource: listOf(each.Resource),
  }))

/** All statements of a role, by its own policies and the managed ones. */
const allowed = (stack: Tree, role: string): Statement[] => {
  const { Policies = [], ManagedPolicyArns = [] } = stack[role].Properties
  return [
    ...Policies.flatMap(({ PolicyDocument }: Tree) => statementsOf(PolicyDocument)),
    ...ManagedPolicyArns.flatMap((name: string) => statementsOf(stack[name].Properties.PolicyDocument)),
  ]
}

const actionsOf = (statements: Statement[]): Set<string> =>
  new Set(statements.flatMap(({ Action }) => Action))

const rolesOf = (stack: Tree): string[] =>
  Object.keys(stack).filter((name) => stack[name].Type === 'AWS::IAM::Role')

t.test('CloudFormation takes it: no aliases, and short enough to be sent as it is', async (t) => {
  t.notMatch(TEXT, /^[^#'\n]*: [&*]\w/m, 'CloudFormation knows no aliases of YAML')
  // CloudFormation quotas: template body size in a request.
  t.ok(Buffer.byteLength(TEXT) < 51_200)
})

/** Service Authorization Reference: actions that take no resource, or of which it is not known before. */
const WITHOUT_RESOURCE = new Set([
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'cloudwatch:DescribeAlarms',
  'cloudwatch:GetMetricData',
  'cloudwatch:PutMetricData',
  'ecr:GetAuthorizationToken',
  'logs:DescribeLogGroups',
  'sagemaker:ListEndpointConfigs',
  'sagemaker:ListEndpoints',
  'sagemaker:ListModels',
  'servicequotas:ListAWSDefaultServiceQuotas',
  'servicequotas:ListServiceQuotas',
  'tag:GetResources',
])

for (const target of TARGETS) {
  const stack = stackOf(namesFor(target))

  t.test(`${target}: every resource is named, unless AWS has none`, async (t) => {
    for (const role of rolesOf(stack)) {
      for (const { Sid, Action, Resource } of allowed(stack, role)) {
        t.notOk(
          Action.some((action) => action.includes('*')),
          `${role} ${Sid}: actions are spelled out`,
        )
        if (Resource.includes('*'))
          t.strictSame(
            Action.filter((action) => !WITHOUT_RESOURCE.has(action)),
            [],
            `${role} ${Sid}`,
          )
        for (const resource of Resource)
          t.ok(resource === '*' || resource.startsWith('arn:aws:'), `${role} ${Sid}: ${resource}`)
      }
    }
  })

  t.test(`${target}: staging reaches nothing of production, and the plan changes nothing`, async (t) => {
    const changes =
      /:(Create|Update|Delete|Put|Add|Remove|Publish|Register|Deregister|Invoke|Tag|Abort|Pass|Start)/
    t.strictSame(
      [...actionsOf(allowed(stack, 'PlanRole'))].filter(
        (action) => changes.test(action) && !action.startsWith('logs:'),
      ),
      [],
    )
    const shared = new Set(['iam:PassRole', 'iam:CreateServiceLinkedRole', 's3:ListBucketMultipartUploads'])
    for (const [role, own, other] of [
      ['StagingRole', 'staging', 'production'],
      ['ProductionRole', 'production', 'staging'],
    ] as const) {
      t.strictSame(stack[role]?.Properties.Tags, [{ Key: 'environment', Value: own }])
      for (const { Sid, Action, Resource } of allowed(stack, role)) {
        if (
          !Action.some((action) => changes.test(action) && !shared.has(action) && !action.startsWith('logs:'))
        )
          continue
        for (const resource of Resource) {
          const real = resource.replaceAll(TAG, own)
          t.ok(real.includes(`digits-${own}`) || /scalable-target\/\*$/.test(real), `${role} ${Sid}: ${real}`)
          t.notOk(real.includes(other), `${role} ${Sid}: ${real}`)
        }
      }
    }
  })

  t.test(`${target}: policies are as short as IAM wants them`, async (t) => {
    const sizeOf = (document: Tree) => JSON.stringify(document).length
    for (const [name, { Type, Properties }] of Object.entries(stack)) {
      // IAM quotas: a managed policy, and all of a role's own together.
      if (Type === 'AWS::IAM::ManagedPolicy') t.ok(sizeOf(Properties.PolicyDocument) < 6_144, name)
      if (Type !== 'AWS::IAM::Role') continue
      const own = Properties.Policies.reduce(
        (sum: number, each: Tree) => sum + sizeOf(each.PolicyDocument),
        0,
      )
      t.ok(own < 10_240, name)
    }
  })
}

/** Whether a resource of a policy, with its policy variables, is this one. */
const covers = (pattern: string, resource: string, environment: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(TAG, environment)
      .replace(/[.+?^$()|[\]{}\\]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
  ).test(resource)

/** What docs/iam/ lets a deployer do; tests hold that against all calls of scripts/. */
const DOCUMENTED = new Set(
  readdirSync(`${ROOT}docs/iam`)
    .filter((file) => /^(lambda-)?deployer\.json$/.test(file))
    .flatMap((file) => statementsOf(JSON.parse(readFileSync(`${ROOT}docs/iam/${file}`, 'utf8'))))
    .flatMap(({ Action }) => Action),
)

/** With the reason. */
const NOT_IN_THE_PIPELINE = new Set([
  // The stack has them.
  'ecr:CreateRepository',
  's3:CreateBucket',
  'ecr:GetRepositoryPolicy',
  'ecr:SetRepositoryPolicy',
  // `delete` and `gc` alone, which pipeline/delete.sh calls as its user.
  'logs:DeleteLogGroup',
  'lambda:DeleteFunction',
  // A function in a VPC.
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
  // Keys of one's own: their policies let the roles in.
  'kms:CreateGrant',
  'kms:DescribeKey',
  'kms:Decrypt',
])

t.test('together the roles may do what docs/iam/ says the commands need, and no more', async (t) => {
  const COMMANDS = ['BuildRole', 'PlanRole', 'StagingRole', 'ProductionRole']
  const granted = new Set(
    TARGETS.flatMap((target) => {
      const stack = stackOf(namesFor(target))
      return COMMANDS.flatMap((role) => [...actionsOf(allowed(stack, role))])
    }),
  )
  t.strictSame(
    [...DOCUMENTED].filter((action) => !granted.has(action) && !NOT_IN_THE_PIPELINE.has(action)).sort(),
    [],
  )
  // Of CodeBuild itself, and of pipeline/*.sh.
  const OWN = new Set([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    's3:GetObjectVersion',
    's3:ListBucketVersions',
  ])
  t.strictSame([...granted].filter((action) => !DOCUMENTED.has(action) && !OWN.has(action)).sort(), [])
})

t.test('what doctor finds that a deployment needs is granted on these very resources', async (t) => {
  const place = { account: '123456789012', partition: 'aws', region: 'eu-west-1' }
  const names = namesFor('sagemaker')
  const stack = stackOf(names)
  const base = deploymentOf()
  for (const environment of ['staging', 'production']) {
    const role = `${environment === 'staging' ? 'Staging' : 'Production'}Role`
    const needs = deployerNeeds(
      {
        ...base,
        endpoint: `digits-${environment}`,
        role: names['ExecutionRole.Arn'] as string,
        autoscaling: {
          min: 2,
          max: 4,
          metric: 'concurrency',
          value: 4,
          scaleInSeconds: 300,
          scaleOutSeconds: 60,
        },
        rollout: { ...base.rollout, rollbackOn: [{ metric: '5xx-rate', abovePercent: 1, points: 2, of: 3 }] },
        variants: base.variants.map((variant) => ({
          ...variant,
          image: { ...BUILT, repository: 'digits' },
          model: { path: '/m', bucket: 'releasebucket' },
        })),
      },
      place,
    )
    t.ok(needs.length > 12, `${needs.length} needs`)
    const statements = [...allowed(stack, role), ...allowed(stack, 'BuildRole')]
    for (const { actions, resources } of needs)
      for (const action of actions.filter((each) => !NOT_IN_THE_PIPELINE.has(each)))
        for (const resource of resources) {
          const fits = statements.some(
            ({ Action, Resource }) =>
              Action.includes(action) &&
              (resource === '*' || Resource.some((each) => covers(each, resource, environment))),
          )
          t.ok(fits, `${role}: ${action} on ${resource}`)
        }
  }
})

t.test(
  'the container may do what docs/iam/ says its execution role needs, but for VPCs and what is asynchronous',
  async (t) => {
    const LEFT_OUT = ['Network', 'Outputs', 'Topics', 'OutputKeys', 'Shell']
    for (const [target, file] of [
      ['sagemaker', 'execution-role'],
      ['lambda', 'lambda-execution-role'],
    ] as const) {
      const documented = statementsOf(JSON.parse(readFileSync(`${ROOT}docs/iam/${file}.json`, 'utf8')))
      const wanted = actionsOf(documented.filter(({ Sid }) => !LEFT_OUT.includes(Sid)))
      const granted = actionsOf(allowed(stackOf(namesFor(target)), 'ExecutionRole'))
      t.strictSame([...granted].sort(), [...wanted].sort(), target)
    }
  },
)

t.test('only the build pushes, and only the deployments deploy', async (t) => {
  const stack = stackOf(namesFor('sagemaker'))
  const mayDo = (action: string) =>
    rolesOf(stack).filter((role) => actionsOf(allowed(stack, role)).has(action))
  t.strictSame(mayDo('ecr:PutImage'), ['BuildRole'])
  t.strictSame(mayDo('sagemaker:UpdateEndpoint'), ['StagingRole', 'ProductionRole'])
  t.strictSame(mayDo('iam:PassRole'), ['StagingRole', 'ProductionRole'])
  t.strictSame(mayDo('codepipeline:StartPipelineExecution'), ['EventsRole'])
  t.strictSame(mayDo('codebuild:StartBuild'), ['PipelineRole'])
})

t.test('nothing outlives the stack, is public, unencrypted, kept for ever or without an end', async (t) => {
  for (const [name, { Type, DeletionPolicy, Properties }] of Object.entries(stackOf(namesFor('sagemaker')))) {
    t.ok(DeletionPolicy === undefined || DeletionPolicy === 'Delete', `${name} is deleted`)
    if (Type === 'AWS::S3::Bucket') {
      t.ok(Object.values(Properties.PublicAccessBlockConfiguration).every(Boolean), `${name} is private`)
      t.equal(Object.keys(Properties.PublicAccessBlockConfiguration).length, 4)
      t.ok(Properties.BucketEncryption, `${name} is encrypted`)
      t.ok(Properties.LifecycleConfiguration, `${name} is tidied`)
    }
    if (Type === 'AWS::ECR::Repository')
      t.match(Properties, { EmptyOnDelete: true, ImageTagMutability: 'IMMUTABLE', RepositoryName: 'digits' })
    if (Type === 'AWS::Logs::LogGroup') t.ok(Properties.RetentionInDays <= 90, name)
    if (Type === 'AWS::CodeBuild::Project')
      t.ok(Properties.TimeoutInMinutes <= 480 && Properties.QueuedTimeoutInMinutes <= 60, name)
  }
  t.match(template.Resources.ModelBucket?.Properties, {
    VersioningConfiguration: { Status: 'Enabled' },
    NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
  })
})

const pipelineOf = () => stackOf(namesFor('sagemaker')).Pipeline?.Properties

const actions = (): Tree[] => pipelineOf().Stages.flatMap(({ Actions }: Tree) => Actions)

t.test(
  'each project has its buildspec, and what an action wants to know was exported before it',
  async (t) => {
    const stack = stackOf(namesFor('sagemaker'))
    const known = new Set(['Code.CommitId', 'Model.VersionId'])
    for (const { Name, Namespace, Configuration, ActionTypeId } of actions().slice(2)) {
      for (const [, variable = ''] of JSON.stringify(Configuration).matchAll(/#\{([^}]+)\}/g))
        t.ok(known.has(variable), `${Name}: ${variable}`)
      // CodePipeline API reference, ActionConfigurationValue.
      for (const value of Object.values(Configuration)) t.ok(String(value).length <= 1_000)
      if (ActionTypeId.Provider !== 'CodeBuild') continue
      const { BuildSpec } = stack[Configuration.ProjectName]?.Properties.Source ?? {}
      t.ok(existsSync(ROOT + BuildSpec), BuildSpec)
      const { env, phases } = parse(readFileSync(ROOT + BuildSpec, 'utf8'))
      for (const phase of Object.values(phases) as Tree[]) t.equal(phase['on-failure'], 'ABORT', BuildSpec)
      const commands = Object.values(phases).flatMap(({ commands }: Tree) => commands)
      for (const name of env['exported-variables'] ?? []) {
        t.ok(
          commands.some(
            (command: string) => command.startsWith(`${name}=`) && command.endsWith(` && export ${name}`),
          ),
          `${BuildSpec} sets ${name}`,
        )
        known.add(`${Namespace}.${name}`)
      }
    }
  },
)

t.test('production is planned, approved and deployed, in this order and one release at a time', async (t) => {
  const { PipelineType, ExecutionMode, Stages } = pipelineOf()
  t.match({ PipelineType, ExecutionMode }, { PipelineType: 'V2', ExecutionMode: 'QUEUED' })
  t.strictSame(
    Stages.map(({ Name }: Tree) => Name),
    ['Source', 'Build', 'Staging', 'Production'],
  )
  t.match(
    Stages.at(-1).Actions.map(({ Name, RunOrder }: Tree) => [Name, RunOrder]),
    [
      ['Plan', 1],
      ['Approve', 2],
      ['Production', 3],
    ],
  )
})

/** EventBridge user guide, "Amazon S3 events": Object Created. */
const EVENT = {
  version: '0',
  id: '17793124-05d4-b198-2fde-7ededc63b103',
  'detail-type': 'Object Created',
  source: 'aws.s3',
  account: '123456789012',
  time: '2026-11-12T00:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:s3:::modelbucket'],
  detail: {
    version: '0',
    bucket: { name: 'modelbucket' },
    object: {
      key: 'model.tar.gz',
      size: 5,
      etag: 'b1946ac9',
      'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    },
    'request-id': 'N4N7GDK58NMKJ12R',
    requester: '123456789012',
    reason: 'PutObject',
  },
}

const matches = (pattern: Tree, event: Tree): boolean =>
  Object.entries(pattern).every(([key, wanted]) =>
    Array.isArray(wanted) ? wanted.includes(event[key]) : matches(wanted, event[key] ?? {}),
  )

t.test('a version of the model starts the pipeline with this version', async (t) => {
  const { EventPattern, Targets } = stackOf(namesFor('sagemaker')).ModelPut?.Properties ?? {}
  t.ok(matches(EventPattern, EVENT))
  const other = structuredClone(EVENT)
  other.detail.object.key = 'digits-staging/0123/model.tar.gz'
  t.notOk(matches(EventPattern, other))
  t.notOk(matches(EventPattern, { ...EVENT, 'detail-type': 'Object Deleted' }))

  const [{ Arn, InputTransformer }] = Targets
  t.equal(Arn, 'arn:aws:codepipeline:eu-west-1:123456789012:digits')
  const { InputPathsMap, InputTemplate } = InputTransformer
  // EventBridge puts a string in with its quotes, where none are around it.
  const input = Object.entries(InputPathsMap as Record<string, string>).reduce((text, [name, path]) => {
    const value = path
      .split('.')
      .slice(1)
      .reduce((node: Tree, key) => node[key], EVENT)
    return text.replace(`<${name}>`, JSON.stringify(value))
  }, InputTemplate as string)
  const { sourceRevisions } = JSON.parse(input)
  t.strictSame(sourceRevisions, [
    {
      actionName: 'Model',
      revisionType: 'S3_OBJECT_VERSION_ID',
      revisionValue: EVENT.detail.object['version-id'],
    },
  ])
  t.match(actions().find(({ Name }) => Name === 'Model')?.Configuration, {
    S3Bucket: 'modelbucket',
    S3ObjectKey: 'model.tar.gz',
    PollForSourceChanges: false,
  })
})

t.test('a push to the branch starts it, and nothing twice', async (t) => {
  const { Triggers } = pipelineOf()
  t.strictSame(Triggers, [
    {
      ProviderType: 'CodeStarSourceConnection',
      GitConfiguration: { SourceActionName: 'Code', Push: [{ Branches: { Includes: ['main'] } }] },
    },
  ])
  t.match(actions().find(({ Name }) => Name === 'Code')?.Configuration, { DetectChanges: false })
})
