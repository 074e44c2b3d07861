import t from 'tap'
import {
  checkPermissions,
  checkRole,
  checkRolePermissions,
  trusts,
} from '../../../scripts/doctor/permissions.ts'
import { deploymentOf, fakeAws, named, ROLE, subjectOf } from './fake.ts'

type Simulated = {
  PolicySourceArn: string
  ActionNames: string[]
  ResourceArns: string[]
  ContextEntries: { ContextKeyName: string; ContextKeyValues: string[] }[]
}

/** Denies these; keeps what was asked. */
const simulator = (denied: readonly string[] = []) => {
  const asked: Simulated[] = []
  const answer = (input: Simulated) => {
    asked.push(input)
    return {
      EvaluationResults: input.ActionNames.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: denied.includes(EvalActionName) ? 'implicitDeny' : 'allowed',
      })),
    }
  }
  return { asked, answers: { SimulatePrincipalPolicy: answer } }
}

t.test('IAM is asked for every action, on the very things of the deployment', async (t) => {
  const { asked, answers } = simulator()
  const aws = fakeAws(answers)
  t.match(await checkPermissions(subjectOf({ aws })), { status: 'ok' })
  const on = (action: string) => asked.find(({ ActionNames }) => ActionNames.includes(action))
  t.match(on('sagemaker:UpdateEndpoint'), {
    PolicySourceArn: 'arn:aws:iam::123456789012:user/dev',
    ResourceArns: ['arn:aws:sagemaker:eu-west-1:123456789012:endpoint/flowers'],
  })
  t.match(on('iam:PassRole'), {
    ResourceArns: [ROLE],
    ContextEntries: [
      { ContextKeyName: 'iam:PassedToService', ContextKeyValues: ['sagemaker.amazonaws.com'] },
    ],
  })
  t.match(on('s3:PutObject'), {
    ResourceArns: ['arn:aws:s3:::sagemaker-eu-west-1-123456789012/flowers/*'],
  })
  t.match(on('ecr:PutImage'), {
    ResourceArns: ['arn:aws:ecr:eu-west-1:123456789012:repository/flowers'],
  })
  t.equal(on('application-autoscaling:PutScalingPolicy'), undefined, 'there is no autoscaling')
})

t.test('what is not allowed is named', async (t) => {
  const { answers } = simulator(['iam:PassRole', 'ecr:PutImage'])
  t.match(await checkPermissions(subjectOf({ aws: fakeAws(answers) })), {
    status: 'failed',
    detail: 'not allowed: ecr:PutImage, iam:PassRole',
    fix: /docs\/iam\/deployer\.json/,
  })
})

t.test('one resource that is denied is enough', async (t) => {
  const aws = fakeAws({
    SimulatePrincipalPolicy: ({ ActionNames }: Simulated) => ({
      EvaluationResults: ActionNames.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: 'allowed',
        ResourceSpecificResults: [
          { EvalResourceDecision: EvalActionName === 's3:PutObject' ? 'explicitDeny' : 'allowed' },
        ],
      })),
    }),
  })
  t.match(await checkPermissions(subjectOf({ aws })), { detail: 'not allowed: s3:PutObject' })
})

t.test('a refusal is certain where neither a resource nor the request itself can allow it', async (t) => {
  const aws = fakeAws({
    SimulatePrincipalPolicy: ({ ActionNames }: Simulated) => ({
      EvaluationResults: ActionNames.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: 'implicitDeny',
        ...(EvalActionName === 'iam:PassRole' && { MissingContextValues: ['aws:PrincipalTag/team'] }),
      })),
    }),
  })
  const { refused = [] } = await checkPermissions(subjectOf({ aws }))
  t.ok(refused.includes('sagemaker:CreateModel'))
  t.notOk(
    refused.some((action) => /^(s3|ecr|iam):/.test(action)),
    'a bucket, a repository, a condition',
  )
})

t.test(
  "what an organisation's policy or a boundary denies is not certain: the simulation leaves out what their conditions ask",
  async (t) => {
    for (const limit of [
      { OrganizationsDecisionDetail: { AllowedByOrganizations: false } },
      { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } },
    ]) {
      const aws = fakeAws({
        SimulatePrincipalPolicy: ({ ActionNames }: Simulated) => ({
          EvaluationResults: ActionNames.map((EvalActionName) => ({
            EvalActionName,
            EvalDecision: 'implicitDeny',
            MissingContextValues: [],
            ...limit,
          })),
        }),
      })
      const { status, refused } = await checkPermissions(subjectOf({ aws }))
      t.equal(status, 'failed')
      t.strictSame(refused, [])
    }
  },
)

t.test('an assumed role is asked for by its ARN with its path', async (t) => {
  const arn = 'arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev/me'
  const full = 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev'
  const { asked, answers } = simulator()
  await checkPermissions(
    subjectOf({ aws: fakeAws({ ...answers, GetRole: () => ({ Role: { Arn: full } }) }, { arn }) }),
  )
  t.ok(asked.every(({ PolicySourceArn }) => PolicySourceArn === full))
  const guess = simulator()
  await checkPermissions(subjectOf({ aws: fakeAws(guess.answers, { arn }) }))
  t.equal(guess.asked[0]?.PolicySourceArn, 'arn:aws:iam::123456789012:role/AWSReservedSSO_Dev')
})

t.test('where IAM may not be asked, harmless calls are made', async (t) => {
  const reads = {
    ListEndpoints: () => ({}),
    DescribeRepositories: () => ({}),
    DescribeAlarms: () => ({}),
    DescribeScalableTargets: () => ({}),
  }
  t.match(await checkPermissions(subjectOf({ aws: fakeAws(reads) })), {
    status: 'warning',
    detail: /reading is allowed.*AccessDenied/,
    fix: /iam:SimulatePrincipalPolicy/,
  })
  t.match(await checkPermissions(subjectOf({ aws: fakeAws({}) })), {
    status: 'failed',
    detail:
      'not allowed: sagemaker:ListEndpoints, ecr:DescribeRepositories, cloudwatch:DescribeAlarms, application-autoscaling:DescribeScalableTargets',
  })
  const federated = fakeAws(reads, { arn: 'arn:aws:sts::123456789012:federated-user/me' })
  t.match(await checkPermissions(subjectOf({ aws: federated })), { status: 'warning' })
})

t.test('a role must exist, be of this account, and trust SageMaker', async (t) => {
  const trust = (document: unknown) => encodeURIComponent(JSON.stringify(document))
  const trusting = trust({
    Statement: {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'sagemaker.amazonaws.com' },
    },
  })
  const of = (answer: () => unknown, role = ROLE) =>
    checkRole(subjectOf({ aws: fakeAws({ GetRole: answer }), deployment: deploymentOf({ role }) }))
  t.match(await of(() => ({ Role: { Arn: ROLE, AssumeRolePolicyDocument: trusting } })), { status: 'ok' })
  t.match(await of(() => ({ Role: { Arn: ROLE, AssumeRolePolicyDocument: trust({ Statement: [] }) } })), {
    status: 'failed',
    fix: /execution-role-trust\.json/,
  })
  t.match(
    await of(() => ({ Role: { Arn: ROLE.replace('/team', ''), AssumeRolePolicyDocument: trusting } })),
    {
      status: 'failed',
      detail: /the role is arn:aws:iam::123456789012:role\/flowers-role, not/,
    },
  )
  const missing = () => {
    throw named('NoSuchEntityException')
  }
  t.match(await of(missing), { status: 'failed', detail: 'there is no role flowers-role' })
  t.match(await of(missing, ROLE.replace('123456789012', '999999999999')), {
    status: 'failed',
    detail: /not of account 123456789012/,
  })
})

t.test('trust policies in all their shapes', async (t) => {
  const of = (Statement: unknown) =>
    trusts(encodeURIComponent(JSON.stringify({ Statement })), 'sagemaker.amazonaws.com')
  const base = {
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: { Service: 'sagemaker.amazonaws.com' },
  }
  t.ok(of(base))
  t.ok(of([{ ...base, Principal: { Service: ['ec2.amazonaws.com', 'sagemaker.amazonaws.com'] } }]))
  t.ok(of([{ ...base, Action: ['sts:TagSession', 'STS:assumerole'] }]))
  t.notOk(of({ ...base, Effect: 'Deny' }))
  t.notOk(of({ ...base, Action: 'sts:TagSession' }))
  t.notOk(of({ ...base, Principal: { AWS: 'arn:aws:iam::123456789012:root' } }))
  t.notOk(of({ ...base, Principal: { Service: 'lambda.amazonaws.com' } }))
  t.notOk(of(undefined))
})

t.test('the role is asked for what this endpoint makes it do', async (t) => {
  const { asked, answers } = simulator()
  const plain = checkRolePermissions(subjectOf({ aws: fakeAws(answers) }))
  t.match(await plain, { status: 'ok' })
  const actions = () => asked.flatMap(({ ActionNames }) => ActionNames)
  t.ok(asked.every(({ PolicySourceArn }) => PolicySourceArn === ROLE))
  t.ok(actions().includes('s3:GetObject'))
  for (const action of [
    'cloudwatch:DescribeAlarms',
    'ec2:CreateNetworkInterface',
    's3:PutObject',
    'sns:Publish',
  ])
    t.notOk(actions().includes(action), action)
  asked.length = 0
  const base = deploymentOf()
  await checkRolePermissions(
    subjectOf({
      aws: fakeAws(answers),
      deployment: {
        ...base,
        network: { isolated: false, subnets: ['subnet-1'], securityGroups: ['sg-1'] },
        rollout: { ...base.rollout, rollbackOn: [{ alarm: 'mine' }] },
        async: { output: 's3://out', successTopic: 'arn:aws:sns:eu-west-1:123456789012:done' },
        capture: { percent: 10, to: 's3://captured/x/', what: ['input'] },
      },
    }),
  )
  for (const action of ['cloudwatch:DescribeAlarms', 'ec2:CreateNetworkInterface', 'sns:Publish'])
    t.ok(actions().includes(action), action)
  t.same(asked.find(({ ActionNames }) => ActionNames.includes('s3:PutObject'))?.ResourceArns, [
    'arn:aws:s3:::out/*',
    'arn:aws:s3:::captured/x/*',
  ])
  const denying = simulator(['s3:GetObject'])
  t.match(await checkRolePermissions(subjectOf({ aws: fakeAws(denying.answers) })), {
    status: 'failed',
    detail: 'flowers-role may not s3:GetObject',
  })
})
