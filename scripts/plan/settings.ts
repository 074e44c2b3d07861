/** What requests say of a deployment that needs no looking up. */

import type {
  ContainerDefinition,
  CreateEndpointConfigCommandInput,
  CreateModelCommandInput,
} from '@aws-sdk/client-sagemaker'
import type { Deployment } from '../config/deployment.ts'

/** Of the configuration, beside its variants. */
export const configSettings = (
  deployment: Deployment,
): Omit<CreateEndpointConfigCommandInput, 'EndpointConfigName' | 'ProductionVariants'> => ({
  ...(deployment.kmsKey !== undefined && { KmsKeyId: deployment.kmsKey }),
  ...asynchronous(deployment),
  ...capture(deployment),
  ...metrics(deployment),
})

/** Of a model, beside its role. */
export const modelSettings = ({
  network,
}: Deployment): Pick<CreateModelCommandInput, 'VpcConfig' | 'EnableNetworkIsolation'> => ({
  ...(network.subnets.length > 0 && {
    VpcConfig: { Subnets: network.subnets, SecurityGroupIds: network.securityGroups },
  }),
  ...(network.isolated && { EnableNetworkIsolation: true }),
})

/** Of a container, beside its image and its data. */
export const containerSettings = ({
  env,
  observability,
}: Deployment): Pick<ContainerDefinition, 'Environment' | 'ContainerMetricsConfig'> => ({
  ...(Object.keys(env).length > 0 && { Environment: env }),
  ...scraped(observability?.container),
})

const asynchronous = ({
  async: settings,
}: Deployment): Pick<CreateEndpointConfigCommandInput, 'AsyncInferenceConfig'> => {
  if (settings === undefined) return {}
  const { output, failure, concurrencyPerInstance, kmsKey, successTopic, errorTopic } = settings
  return {
    AsyncInferenceConfig: {
      OutputConfig: {
        S3OutputPath: output,
        ...(kmsKey !== undefined && { KmsKeyId: kmsKey }),
        ...(failure !== undefined && { S3FailurePath: failure }),
        ...((successTopic ?? errorTopic) !== undefined && {
          NotificationConfig: {
            ...(successTopic !== undefined && { SuccessTopic: successTopic }),
            ...(errorTopic !== undefined && { ErrorTopic: errorTopic }),
          },
        }),
      },
      ...(concurrencyPerInstance !== undefined && {
        ClientConfig: { MaxConcurrentInvocationsPerInstance: concurrencyPerInstance },
      }),
    },
  }
}

const capture = ({
  capture: settings,
}: Deployment): Pick<CreateEndpointConfigCommandInput, 'DataCaptureConfig'> =>
  settings === undefined
    ? {}
    : {
        DataCaptureConfig: {
          EnableCapture: true,
          InitialSamplingPercentage: settings.percent,
          DestinationS3Uri: settings.to,
          ...(settings.kmsKey !== undefined && { KmsKeyId: settings.kmsKey }),
          CaptureOptions: settings.what.map((what) => ({
            CaptureMode: what === 'input' ? 'Input' : 'Output',
          })),
          ...((settings.asJson ?? settings.asCsv) !== undefined && {
            CaptureContentTypeHeader: {
              ...(settings.asJson !== undefined && { JsonContentTypes: settings.asJson }),
              ...(settings.asCsv !== undefined && { CsvContentTypes: settings.asCsv }),
            },
          }),
        },
      }

const metrics = ({ observability }: Deployment): Pick<CreateEndpointConfigCommandInput, 'MetricsConfig'> => {
  const { detailed, enhanced, everySeconds } = observability ?? {}
  return (detailed ?? enhanced ?? everySeconds) === undefined
    ? {}
    : {
        MetricsConfig: {
          ...(detailed !== undefined && { EnableDetailedObservability: detailed }),
          ...(enhanced !== undefined && { EnableEnhancedMetrics: enhanced }),
          ...(everySeconds !== undefined && { MetricPublishFrequencyInSeconds: everySeconds }),
        },
      }
}

/** Which metrics of the container are read. */
const scraped = (
  container: NonNullable<Deployment['observability']>['container'],
): Pick<ContainerDefinition, 'ContainerMetricsConfig'> => {
  if (container === undefined) return {}
  const { path, everySeconds } = container
  return {
    ContainerMetricsConfig: {
      MetricsEndpoints: [
        {
          MetricsEndpointPath: path,
          ...(everySeconds !== undefined && { MetricPublishFrequencyInSeconds: everySeconds }),
        },
      ],
    },
  }
}
