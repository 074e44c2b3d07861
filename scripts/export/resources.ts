/**
 * What `deploy` would create, as the resources of a template: the very requests, since CloudFormation's properties are named as
 * their members are. Pure. Our own tags are left out: what a template owns is none of `deploy`, `gc` and `delete`.
 */

import type { PutMetricAlarmCommandInput } from '@aws-sdk/client-cloudwatch'
import { type Desired, HISTORY_TAG, OWNER_TAG, type Scaling } from '../plan/desired.ts'

export type Resource = {
  /** Letters and digits. */
  id: string
  /** CloudFormation's name, such as `AWS::SageMaker::Model`. */
  type: string
  properties: Record<string, unknown>
  /** By id: what must be there first, since names do not say so. */
  after: string[]
}

/** In a property: the ARN of another resource. */
export type ArnOf = { arnOf: string }

export const isArnOf = (value: unknown): value is ArnOf =>
  typeof value === 'object' && value !== null && 'arnOf' in value

/** Members of requests that CloudFormation's resources do not have (cfn-lint 1.58.0, which bundles their schemas). */
const MISSING: readonly string[] = ['ContainerMetricsConfig', 'AdditionalModelDataSources']

export type Exported = {
  resources: Resource[]
  /** Members that had to be left out. */
  missing: string[]
}

export const resourcesOf = (desired: Desired): Exported => {
  const models = desired.models.map((request, at): Resource => {
    const { ModelName, Tags, PrimaryContainer, ...rest } = request
    const container = Object.fromEntries(
      Object.entries(PrimaryContainer ?? {}).filter(([name]) => !MISSING.includes(name)),
    )
    const properties = { ModelName, PrimaryContainer: container, ...rest, ...tagged(Tags) }
    return { id: `Model${at + 1}`, type: 'AWS::SageMaker::Model', properties, after: [] }
  })
  const alarms = desired.alarms.map((alarm, at) => alarmOf(`RollbackAlarm${at + 1}`, alarm))
  const { Tags, ...config } = desired.config
  const { EndpointName, EndpointConfigName, ...update } = desired.update
  return {
    resources: [
      ...models,
      {
        id: 'Configuration',
        type: 'AWS::SageMaker::EndpointConfig',
        properties: { ...config, ...tagged(Tags) },
        after: models.map(({ id }) => id),
      },
      ...alarms,
      {
        id: 'Endpoint',
        type: 'AWS::SageMaker::Endpoint',
        properties: { EndpointName, EndpointConfigName, ...update, ...tagged(desired.create.Tags) },
        after: ['Configuration', ...alarms.map(({ id }) => id)],
      },
      ...desired.scaling.flatMap(scalingOf),
    ],
    missing: [
      ...new Set(
        desired.models.flatMap(({ PrimaryContainer = {} }) =>
          Object.keys(PrimaryContainer).filter((name) => MISSING.includes(name)),
        ),
      ),
    ],
  }
}

/** As the SDK has them. */
type SaidTag = { Key?: string | undefined; Value?: string | undefined }

/** The user's own. */
const tagged = (tags: readonly SaidTag[] | undefined): { Tags?: SaidTag[] } => {
  const own = tags?.filter(({ Key }) => Key !== OWNER_TAG && Key !== HISTORY_TAG) ?? []
  return own.length === 0 ? {} : { Tags: own }
}

const alarmOf = (
  id: string,
  { Tags, ...alarm }: Omit<PutMetricAlarmCommandInput, 'AlarmActions'> & { AlarmActions?: unknown },
): Resource => ({
  id,
  type: 'AWS::CloudWatch::Alarm',
  properties: { ...alarm, ...tagged(Tags) },
  after: [],
})

const scalingOf = ({ target, policies, alarm }: Scaling, at: number): Resource[] => {
  // CloudFormation cannot tag one.
  const { Tags: _, ...said } = target
  const id = `ScalableTarget${at + 1}`
  const resources = policies.map((policy, each): Resource => {
    return {
      id: `ScalingPolicy${at + 1}${each === 0 ? '' : 'Wake'}`,
      type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
      properties: { ...policy },
      after: [id],
    }
  })
  return [
    {
      id,
      type: 'AWS::ApplicationAutoScaling::ScalableTarget',
      properties: { ...said },
      after: ['Endpoint'],
    },
    ...resources,
    ...(alarm === undefined
      ? []
      : [
          alarmOf(`WakeAlarm${at + 1}`, {
            ...alarm,
            AlarmActions: [{ arnOf: `ScalingPolicy${at + 1}Wake` } satisfies ArnOf],
          }),
        ]),
  ]
}
