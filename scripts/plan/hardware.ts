/** What a variant runs on, as SageMaker's ProductionVariant says it. */

import type { ProductionVariant } from '@aws-sdk/client-sagemaker'
import type { Compute } from '../config/deployment.ts'

type InstanceType = NonNullable<ProductionVariant['InstanceType']>
type Instances = Extract<Compute, { kind: 'instances' }>

export const hardware = (compute: Compute): Partial<ProductionVariant> => {
  if (compute.kind === 'serverless') {
    return {
      ServerlessConfig: {
        MemorySizeInMB: compute.memoryMb,
        MaxConcurrency: compute.maxConcurrency,
        ...(compute.provisioned !== undefined && { ProvisionedConcurrency: compute.provisioned }),
      },
    }
  }
  return {
    ...machines(compute),
    ...(compute.routing !== undefined && {
      RoutingConfig: {
        RoutingStrategy: compute.routing === 'random' ? 'RANDOM' : 'LEAST_OUTSTANDING_REQUESTS',
      },
    }),
    ...managedScaling(compute),
    ...coreDumps(compute),
    ...said({
      VolumeSizeInGB: compute.volumeGb,
      ContainerStartupHealthCheckTimeoutInSeconds: compute.startupTimeoutSeconds,
      ModelDataDownloadTimeoutInSeconds: compute.downloadTimeoutSeconds,
      VariantInstanceProvisionTimeoutInSeconds: compute.provisionTimeoutSeconds,
      InferenceAmiVersion: compute.ami as ProductionVariant['InferenceAmiVersion'],
      EnableSSMAccess: compute.ssmAccess,
    }),
  }
}

const said = (members: Partial<ProductionVariant>): Partial<ProductionVariant> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** SageMaker developer guide, "Deploy to multiple instance types with instance pools": the pools stand in place of the type. */
const machines = ({ type, pools, count, reservation }: Instances): Partial<ProductionVariant> => ({
  ...(pools === undefined
    ? { InstanceType: type as InstanceType }
    : {
        InstancePools: pools.map((each, at) => ({ InstanceType: each as InstanceType, Priority: at + 1 })),
      }),
  InitialInstanceCount: count,
  ...(reservation !== undefined && {
    CapacityReservationConfig: {
      CapacityReservationPreference: 'capacity-reservations-only',
      MlReservationArn: reservation,
    },
  }),
})

const managedScaling = ({ managedScaling: settings }: Instances): Partial<ProductionVariant> => {
  if (settings === undefined) return {}
  const { min, max, scaleIn, step, cooldownSeconds } = settings
  return {
    ManagedInstanceScaling: {
      Status: 'ENABLED',
      MinInstanceCount: min,
      MaxInstanceCount: max,
      ...(scaleIn !== undefined && {
        ScaleInPolicy: {
          Strategy: scaleIn === 'consolidation' ? 'CONSOLIDATION' : 'IDLE_RELEASE',
          ...(step !== undefined && { MaximumStepSize: step }),
          ...(cooldownSeconds !== undefined && { CooldownInMinutes: cooldownSeconds / 60 }),
        },
      }),
    },
  }
}

const coreDumps = ({ coreDumps: settings }: Instances): Partial<ProductionVariant> =>
  settings === undefined
    ? {}
    : {
        CoreDumpConfig: {
          DestinationS3Uri: settings.to,
          ...(settings.kmsKey !== undefined && { KmsKeyId: settings.kmsKey }),
        },
      }
