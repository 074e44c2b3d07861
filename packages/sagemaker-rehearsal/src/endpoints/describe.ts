/** Endpoints as DescribeEndpoint shows them. */

import type {
  DescribeEndpointOutput,
  PendingProductionVariantSummary,
  ProductionVariantSummary,
} from '../models/sagemaker.ts'
import type { Endpoint, Fleet, FleetVariant, Store } from '../store.ts'
import type { Fleets } from './fleets.ts'
import { typesOf } from './instance-pools.ts'

const describeVariant = (fleets: Fleets, fleet: Fleet, variant: FleetVariant) => {
  const { image, config, status } = variant
  const serverless = config.ServerlessConfig
  const current = serverless && {
    MemorySizeInMB: serverless.MemorySizeInMB,
    MaxConcurrency: variant.maxConcurrency ?? serverless.MaxConcurrency,
    ...(variant.provisionedConcurrency !== undefined && {
      ProvisionedConcurrency: variant.provisionedConcurrency,
    }),
  }
  return {
    VariantName: variant.name,
    DeployedImages: [
      {
        SpecifiedImage: image.specified,
        ResolvedImage: image.resolved,
        ResolutionTime: new Date(image.resolvedAt),
      },
    ],
    CurrentWeight: variant.weight,
    DesiredWeight: variant.weight,
    ...(current === undefined
      ? {
          CurrentInstanceCount: fleets.serving(fleet, variant).length,
          DesiredInstanceCount: variant.desiredCount,
          ...(config.InstancePools !== undefined && {
            InstancePools: typesOf(config).map((InstanceType = '', at) => ({
              InstanceType,
              CurrentInstanceCount: at === 0 ? fleets.serving(fleet, variant).length : 0,
            })),
          }),
          ...(config.ManagedInstanceScaling !== undefined && {
            ManagedInstanceScaling: config.ManagedInstanceScaling,
          }),
          ...(config.CapacityReservationConfig !== undefined && {
            CapacityReservationConfig: config.CapacityReservationConfig,
          }),
        }
      : { CurrentServerlessConfig: current, DesiredServerlessConfig: current }),
    ...(status !== undefined && {
      VariantStatus: [{ Status: status.status, StartTime: new Date(status.since) }],
    }),
  }
}

const production = (fleet: Fleet) => fleet.variants.filter(({ shadow }) => !shadow)
const shadows = (fleet: Fleet) => fleet.variants.filter(({ shadow }) => shadow)

export const describeEndpoint = (
  endpoint: Endpoint,
  store: Store,
  fleets: Fleets,
): DescribeEndpointOutput => {
  const { blue, green } = endpoint
  const config = store.endpointConfigs.get(blue.configName)?.input
  const capture = config?.DataCaptureConfig
  const describe = (fleet: Fleet, variants: FleetVariant[]): ProductionVariantSummary[] =>
    variants.map((variant) => describeVariant(fleets, fleet, variant))
  const pending = (fleet: Fleet, variants: FleetVariant[]): PendingProductionVariantSummary[] =>
    variants.map((variant) => ({
      ...describeVariant(fleets, fleet, variant),
      ...(variant.config.InstanceType !== undefined && { InstanceType: variant.config.InstanceType }),
      ...(variant.config.AcceleratorType !== undefined && {
        AcceleratorType: variant.config.AcceleratorType,
      }),
    }))
  const isEmpty = endpoint.status === 'Failed'
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: blue.configName,
    EndpointStatus: endpoint.status,
    CreationTime: new Date(endpoint.createdAt),
    LastModifiedTime: new Date(endpoint.modifiedAt),
    ...(endpoint.failureReason !== undefined && { FailureReason: endpoint.failureReason }),
    ...(!isEmpty && { ProductionVariants: describe(blue, production(blue)) }),
    ...(shadows(blue).length > 0 && !isEmpty && { ShadowProductionVariants: describe(blue, shadows(blue)) }),
    ...(capture !== undefined && {
      DataCaptureConfig: {
        EnableCapture: capture.EnableCapture ?? false,
        CaptureStatus: capture.EnableCapture ? 'Started' : 'Stopped',
        CurrentSamplingPercentage: capture.InitialSamplingPercentage,
        DestinationS3Uri: capture.DestinationS3Uri,
        KmsKeyId: capture.KmsKeyId ?? '',
      },
    }),
    ...(config?.AsyncInferenceConfig !== undefined && { AsyncInferenceConfig: config.AsyncInferenceConfig }),
    ...(endpoint.lastDeployment !== undefined && { LastDeploymentConfig: endpoint.lastDeployment }),
    ...(green !== undefined && {
      PendingDeploymentSummary: {
        EndpointConfigName: green.configName,
        StartTime: new Date(green.startedAt),
        ProductionVariants: pending(green, production(green)),
        ...(shadows(green).length > 0 && { ShadowProductionVariants: pending(green, shadows(green)) }),
      },
    }),
  }
}
