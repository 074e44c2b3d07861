/** Application Auto Scaling: a target for each variant, a policy that tracks a metric, and one that wakes it where it may sleep. */

import type {
  CustomizedMetricSpecification,
  TargetTrackingScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling'
import type { Autoscaling, Compute, Deployment } from '../config/deployment.ts'
import { vcpusOf } from '../config/instance-types.ts'
import type { Desired } from './desired.ts'
import { scalableResource } from './names.ts'
import { tagsOf } from './tags.ts'
import { wakeAlarm, wakeName, wakePolicy } from './wake.ts'

const SERVICE = { ServiceNamespace: 'sagemaker' } as const

export const desireScaling = (deployment: Deployment): Desired['scaling'] => {
  const { endpoint, variants, autoscaling } = deployment
  if (autoscaling === undefined) return []
  const sleeps = autoscaling.min === 0
  return variants.map(({ name, compute }) => {
    const resource = {
      ...SERVICE,
      ResourceId: scalableResource(endpoint, name),
      ScalableDimension:
        compute.kind === 'serverless'
          ? ('sagemaker:variant:DesiredProvisionedConcurrency' as const)
          : ('sagemaker:variant:DesiredInstanceCount' as const),
    }
    return {
      target: {
        ...resource,
        MinCapacity: autoscaling.min,
        MaxCapacity: autoscaling.max,
        Tags: Object.fromEntries(tagsOf(deployment).map(({ Key, Value }) => [Key, Value])),
      },
      policies: [
        {
          ...resource,
          PolicyName: `${endpoint}-${name}-${autoscaling.metric}`,
          PolicyType: 'TargetTrackingScaling' as const,
          TargetTrackingScalingPolicyConfiguration: {
            ...tracked(autoscaling, endpoint, name, compute),
            ScaleInCooldown: autoscaling.scaleInSeconds,
            ScaleOutCooldown: autoscaling.scaleOutSeconds,
          },
        },
        ...(sleeps ? [wakePolicy(resource, wakeName(endpoint, name))] : []),
      ],
      ...(sleeps && { alarm: wakeAlarm(endpoint, wakeName(endpoint, name), tagsOf(deployment)) }),
    }
  })
}

const tracked = (
  { metric, value }: Autoscaling,
  endpoint: string,
  variant: string,
  compute: Compute,
): TargetTrackingScalingPolicyConfiguration => {
  const byEndpoint = { Name: 'EndpointName', Value: endpoint }
  const byVariant = { Name: 'VariantName', Value: variant }
  const predefined = (
    PredefinedMetricType:
      | 'SageMakerVariantInvocationsPerInstance'
      | 'SageMakerVariantConcurrentRequestsPerModelHighResolution'
      | 'SageMakerVariantProvisionedConcurrencyUtilization',
    TargetValue = value,
  ) => ({ TargetValue, PredefinedMetricSpecification: { PredefinedMetricType } })
  const customized = (CustomizedMetricSpecification: CustomizedMetricSpecification, TargetValue = value) => ({
    TargetValue,
    CustomizedMetricSpecification,
  })
  switch (metric) {
    case 'invocations-per-instance':
      return predefined('SageMakerVariantInvocationsPerInstance')
    case 'concurrency':
      return predefined('SageMakerVariantConcurrentRequestsPerModelHighResolution')
    case 'provisioned-concurrency':
      // Its utilisation is a share from 0 to 1.
      return predefined('SageMakerVariantProvisionedConcurrencyUtilization', value / 100)
    case 'cpu':
      // The metric is the sum of all cores, each 0 to 100; the normalised one exists for inference components only.
      return customized(
        {
          Namespace: '/aws/sagemaker/Endpoints',
          MetricName: 'CPUUtilization',
          Dimensions: [byEndpoint, byVariant],
          Statistic: 'Average',
          Unit: 'Percent',
        },
        compute.kind === 'instances' ? value * vcpusOf(compute.type) : value,
      )
    case 'backlog':
      // The backlog is the endpoint's: it has no dimension VariantName.
      return customized({
        Namespace: 'AWS/SageMaker',
        MetricName: 'ApproximateBacklogSizePerInstance',
        Dimensions: [byEndpoint],
        Statistic: 'Average',
      })
  }
}
