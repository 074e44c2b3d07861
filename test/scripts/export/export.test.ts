/** Each case as a template: the requests are in it as they are, and nothing refers to what is not there. */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { parse } from 'yaml'
import { loadDeployment } from '../../../scripts/config/load.ts'
import { cloudFormation, cloudFormationText } from '../../../scripts/export/cloudformation.ts'
import { notesOf } from '../../../scripts/export/notes.ts'
import { resourcesOf } from '../../../scripts/export/resources.ts'
import { snakeCase, terraform } from '../../../scripts/export/terraform.ts'
import { desire } from '../../../scripts/plan/desire.ts'
import { resolvedFor } from '../plan/resolved.ts'

const CASES = fileURLToPath(new URL('../plan/cases/', import.meta.url))

const exportedFrom = (name: string) => {
  const { deployment } = loadDeployment(`${CASES}${name}`)
  const desired = desire(deployment, resolvedFor(deployment))
  const exported = resourcesOf(desired)
  return { desired, exported, notes: notesOf(deployment, desired, exported) }
}

/** Without its tags, of which a template has the user's. */
const untagged = <T extends { Tags?: unknown }>({ Tags: _, ...said }: T) => said

t.test('every request of every case is a resource, member by member', async (t) => {
  for (const name of readdirSync(CASES)) {
    const { desired, exported } = exportedFrom(name)
    const of = (type: string) =>
      exported.resources.filter((each) => each.type === type).map(({ properties }) => untagged(properties))
    t.strictSame(of('AWS::SageMaker::EndpointConfig'), [untagged(desired.config)], name)
    t.strictSame(of('AWS::SageMaker::Endpoint'), [desired.update], name)
    t.strictSame(
      of('AWS::ApplicationAutoScaling::ScalableTarget'),
      desired.scaling.map(({ target }) => untagged(target)),
      name,
    )
    t.strictSame(
      of('AWS::ApplicationAutoScaling::ScalingPolicy'),
      desired.scaling.flatMap(({ policies }) => policies),
      name,
    )
    const alarms = desired.scaling.flatMap(({ alarm }) => alarm ?? [])
    t.match(of('AWS::CloudWatch::Alarm'), [...desired.alarms, ...alarms].map(untagged), name)
    const models = of('AWS::SageMaker::Model')
    t.equal(models.length, desired.models.length, name)
    if (exported.missing.length === 0) t.strictSame(models, desired.models.map(untagged), name)
  }
})

t.test('what comes first is there, in both forms', async (t) => {
  for (const name of readdirSync(CASES)) {
    const { exported, notes } = exportedFrom(name)
    const before = new Set<string>()
    for (const { id, after } of exported.resources) {
      t.match(id, /^[A-Za-z0-9]+$/)
      for (const other of after) t.ok(before.has(other), `${name}: ${other} comes before ${id}`)
      t.notOk(before.has(id), `${name}: ${id} is there once`)
      before.add(id)
    }
    const { resource } = terraform(exported, 'eu-west-1', notes)
    const addresses = Object.entries(resource).flatMap(([type, each]) =>
      Object.keys(each).map((id) => `${type}.${id}`),
    )
    t.equal(addresses.length, exported.resources.length, name)
    for (const [, referred] of JSON.stringify(resource).matchAll(/"\$\{(awscc_\w+\.\w+)\.arn\}"/g))
      t.ok(addresses.includes(referred ?? ''), `${name}: ${referred}`)
    const dependencies = Object.values(resource).flatMap((each) =>
      Object.values(each).flatMap(({ depends_on = [] }: { depends_on?: string[] }) => depends_on),
    )
    t.strictSame(
      dependencies.filter((each) => !addresses.includes(each)),
      [],
      name,
    )
  }
})

t.test('what wakes an endpoint refers to its policy', async (t) => {
  const { exported, notes } = exportedFrom('asynchronous.yaml')
  t.match(cloudFormation(exported, 'flowers', notes).Resources, {
    WakeAlarm1: { Properties: { AlarmActions: [{ 'Fn::GetAtt': ['ScalingPolicy1Wake', 'Arn'] }] } },
  })
  t.match(terraform(exported, 'eu-west-1', notes).resource, {
    awscc_cloudwatch_alarm: {
      wake_alarm_1: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's
        alarm_actions: ['${awscc_applicationautoscaling_scaling_policy.scaling_policy_1_wake.arn}'],
      },
    },
  })
})

t.test(
  'our own tags are left out, so that deploy, gc and delete keep their hands off; the rest stay',
  async (t) => {
    const { exported } = exportedFrom('everything-on-instances.yaml')
    const text = JSON.stringify(exported)
    t.notMatch(text, /onnx-serving:/)
    const tags = exported.resources.map(({ properties }) => properties.Tags)
    t.ok(tags.length === 3 && tags.every((each) => Array.isArray(each) && each.length > 0), 'everywhere')
  },
)

t.test(
  'CloudFormation reads YAML 1.1, where a word without quotes may be false, and tags no scalable target',
  async (t) => {
    const { exported, notes } = exportedFrom('tags-and-scaling.yaml')
    const template = cloudFormation(exported, 'flowers', notes)
    t.strictSame(parse(cloudFormationText(template, notes), { version: '1.1' }), template)
    const [target] = exported.resources.filter(({ type }) => type.endsWith('ScalableTarget'))
    t.notOk('Tags' in (target?.properties ?? {}))
  },
)

t.test('what a template cannot say is said in it', async (t) => {
  const { exported, notes } = exportedFrom('keys-of-2026.yaml')
  const template = cloudFormation(exported, 'flowers', notes)
  t.match(
    cloudFormationText(template, notes),
    /^# .*\n(?:# .*\n)*# ContainerMetricsConfig of the model is left out/,
  )
  t.match(terraform(exported, 'eu-west-1', notes)['//'], /ContainerMetricsConfig/)
  t.ok(Buffer.byteLength(template.Description) <= 1024)
  t.match(exportedFrom('three-lines.yaml').notes.join('\n'), /model\.tar\.gz must be there first/)
})

t.test("names are the provider's, and texts are no expressions", async (t) => {
  const names = {
    VolumeSizeInGB: 'volume_size_in_gb',
    EnableSSMAccess: 'enable_ssm_access',
    S3Uri: 's3_uri',
    S3OutputPath: 's3_output_path',
    DestinationS3Uri: 'destination_s3_uri',
    MemorySizeInMB: 'memory_size_in_mb',
    KmsKeyId: 'kms_key_id',
    InferenceAmiVersion: 'inference_ami_version',
    OKActions: 'ok_actions',
  }
  for (const [name, attribute] of Object.entries(names)) t.equal(snakeCase(name), attribute)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's
  const properties = { PrimaryContainer: { Environment: { PATTERN: '${a} %{b}' }, Image: '${c}' } }
  const resource = { id: 'Model1', type: 'AWS::SageMaker::Model', properties, after: [] }
  t.match(terraform({ resources: [resource], missing: [] }, 'eu-west-1', []).resource, {
    awscc_sagemaker_model: {
      model_1: { primary_container: { environment: '{"PATTERN":"$${a} %%{b}"}', image: '$${c}' } },
    },
  })
})
