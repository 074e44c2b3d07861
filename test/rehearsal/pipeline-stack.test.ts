/** pipeline/template.yaml by cfn-lint, with AWS's own schemas of the resources, and made by moto as far as it can. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import t from 'tap'
import { resourcesIn, TEMPLATE_FILE } from '../pipeline/template.ts'
import { PYTHON, python } from './python.ts'

const CFN_LINT = 'import sys; from cfnlint.runner import main; sys.exit(main())'

/** Hints count too. */
const lint = (file: string) =>
  spawnSync(PYTHON, ['-c', CFN_LINT, '-c', 'I', '--regions', 'eu-west-1', '--template', file], {
    encoding: 'utf8',
  })

t.test('cfn-lint has nothing to say', async (t) => {
  t.match(lint(TEMPLATE_FILE), { status: 0, stdout: '', stderr: '' })
  const file = join(mkdtempSync(join(tmpdir(), 'template-')), 'template.yaml')
  t.teardown(() => rmSync(dirname(file), { recursive: true }))
  const text = readFileSync(TEMPLATE_FILE, 'utf8')
  const wrong = text
    .replace('ExecutionMode: QUEUED', 'ExecutionMode: IN_TURN')
    .replace('TimeoutInMinutes: 10080', 'Timeout: 10080')
    .replace('!GetAtt BuildRole.Arn', '!GetAtt Builder.Arn')
  writeFileSync(file, wrong)
  const { stdout } = lint(file)
  for (const said of [/'IN_TURN' is not one of/, /'Timeout' was unexpected/, /Builder/])
    t.match(stdout, said, 'it would')
})

/** Makes the stack in moto, deletes it, and prints what was made, what of it moto has, and what is left. */
const MOTO = `
import json, logging, os, sys, warnings
os.environ.update(AWS_ACCESS_KEY_ID='x', AWS_SECRET_ACCESS_KEY='x', AWS_DEFAULT_REGION='eu-west-1')
import boto3
from moto import mock_aws
warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
given = json.load(sys.stdin)
with mock_aws():
    stacks = boto3.client('cloudformation')
    stacks.create_stack(StackName='p', TemplateBody=given['template'], Capabilities=['CAPABILITY_IAM'],
        Parameters=[{'ParameterKey': key, 'ParameterValue': value} for key, value in given['parameters'].items()])
    stack = stacks.describe_stacks(StackName='p')['Stacks'][0]
    made = [each['ResourceType'] for each in stacks.list_stack_resources(StackName='p')['StackResourceSummaries']]
    iam, events = boto3.client('iam'), boto3.client('events')
    roles = {}
    for role in iam.list_roles()['Roles']:
        name = role['RoleName']
        roles[name.split('-')[1]] = {
            'inline': iam.list_role_policies(RoleName=name)['PolicyNames'],
            'tags': iam.list_role_tags(RoleName=name)['Tags']}
    rule = events.list_rules()['Rules'][0]
    found = {
        'status': stack['StackStatus'],
        'made': made,
        'roles': roles,
        'policies': sorted(each['PolicyName'].split('-')[1] for each in iam.list_policies(Scope='Local')['Policies']),
        'pattern': json.loads(rule['EventPattern']),
        'targets': events.list_targets_by_rule(Rule=rule['Name'])['Targets'],
        'repository': boto3.client('ecr').describe_repositories()['repositories'][0],
        'retention': [group.get('retentionInDays') for group in boto3.client('logs').describe_log_groups()['logGroups']]}
    boto3.client('cloudformation').delete_stack(StackName='p')
    found['left'] = [
        *[bucket['Name'] for bucket in boto3.client('s3').list_buckets()['Buckets']],
        *[role['RoleName'] for role in iam.list_roles()['Roles']],
        *[group['logGroupName'] for group in boto3.client('logs').describe_log_groups()['logGroups']],
        *[each['repositoryName'] for each in boto3.client('ecr').describe_repositories()['repositories']],
        *[each['Name'] for each in events.list_rules()['Rules']]]
print(json.dumps(found, default=str))
`

for (const target of ['sagemaker', 'lambda'] as const) {
  t.test(`${target}: moto makes what it knows, and deletes it`, async (t) => {
    const parameters = {
      Name: 'digits',
      Target: target,
      Connection: 'arn:aws:codeconnections:eu-west-1:123456789012:connection/0e1a-2b',
      Repository: 'me/digits',
    }
    const template = readFileSync(TEMPLATE_FILE, 'utf8')
    const printed = python(MOTO, JSON.stringify({ template, parameters }))
    const found = JSON.parse(printed.slice(printed.indexOf('{')))
    t.equal(found.status, 'CREATE_COMPLETE')

    const wanted = resourcesIn(target)
    const made = new Set(found.made)
    const skipped = [...new Set(wanted.filter((type) => !made.has(type)))].sort()
    const count = wanted.filter((type) => made.has(type)).length
    t.comment(
      `counted ${count} of ${wanted.length} resources for ${target} made by moto, which does not know ${skipped.join(', ')}`,
    )
    t.strictSame(skipped, ['AWS::CodeBuild::Project', 'AWS::CodePipeline::Pipeline'])

    const on = target === 'lambda' ? 'Functions' : 'Endpoints'
    t.match(found.roles, {
      BuildRole: { inline: ['build'], tags: [] },
      PlanRole: { inline: ['build'], tags: [] },
      StagingRole: { inline: ['build'], tags: [{ Key: 'environment', Value: 'staging' }] },
      ProductionRole: { inline: ['build'], tags: [{ Key: 'environment', Value: 'production' }] },
      ExecutionRole: { inline: ['serve'] },
      PipelineRole: { inline: ['run'] },
      EventsRole: { inline: ['start'] },
    })
    // It attaches none of them to a role.
    t.strictSame(found.policies, ['Deploy', `Deploy${on}`, 'Look', `LookAt${on}`])
    t.match(found.pattern, { source: ['aws.s3'], detail: { object: { key: ['model.tar.gz'] } } })
    t.match(found.targets, [
      {
        Arn: 'arn:aws:codepipeline:eu-west-1:123456789012:digits',
        InputTransformer: { InputTemplate: /S3_OBJECT_VERSION_ID/ },
      },
    ])
    t.match(found.repository, { repositoryName: 'digits', imageTagMutability: 'IMMUTABLE' })
    t.strictSame(found.retention, [30, 30, 30, 30])
    t.strictSame(found.left, [])
  })
}
