/** What holds between the members of a request: AWS's model bounds each alone. */

import { invalid } from '../../aws-error.ts'
import type {
  ContainerDefinition,
  CreateEndpointConfigInput,
  CreateModelInput,
  DeploymentConfig,
  ProductionVariant,
} from '../../models/sagemaker.ts'
import type { Store } from '../../store.ts'

/** SageMaker API reference, ContainerDefinition: of all keys and values together. */
const MOST_ENVIRONMENT_BYTES = 32 * 1024

const bytesOf = (texts: Iterable<string>): number => {
  let bytes = 0
  for (const text of texts) bytes += Buffer.byteLength(text)
  return bytes
}

/** API reference, MetricsConfig and MetricsEndpoint. */
const PUBLISH_SECONDS = [10, 30, 60, 120, 180, 240, 300]

const checkPublishing = (seconds: number | undefined): void => {
  if (seconds !== undefined && !PUBLISH_SECONDS.includes(seconds))
    throw invalid(`MetricPublishFrequencyInSeconds must be one of ${PUBLISH_SECONDS.join(', ')}.`)
}

const checkContainer = (container: ContainerDefinition): void => {
  const { Image, ModelPackageName, ModelDataUrl, ModelDataSource, Environment = {} } = container
  if ((Image === undefined) === (ModelPackageName === undefined))
    throw invalid('Exactly one of Image and ModelPackageName must be specified.')
  if (ModelDataUrl !== undefined && ModelDataSource !== undefined)
    throw invalid('Only one of ModelDataUrl and ModelDataSource can be specified.')
  for (const endpoint of container.ContainerMetricsConfig?.MetricsEndpoints ?? [])
    checkPublishing(endpoint.MetricPublishFrequencyInSeconds)
  const source = ModelDataSource?.S3DataSource
  if (source?.S3DataType === 'S3Prefix' && !source.S3Uri.endsWith('/'))
    throw invalid('S3Uri must end with a forward slash when S3DataType is S3Prefix.')
  if (bytesOf(Object.entries(Environment).flat()) > MOST_ENVIRONMENT_BYTES)
    throw invalid('All keys and values of Environment together must not exceed 32 KB.')
}

export const checkModel = ({ PrimaryContainer, Containers }: CreateModelInput): void => {
  if ((PrimaryContainer === undefined) === (Containers === undefined))
    throw invalid('Exactly one of PrimaryContainer and Containers must be specified.')
  for (const container of Containers ?? [PrimaryContainer as ContainerDefinition]) checkContainer(container)
}

const checkVariant = (variant: ProductionVariant): void => {
  const { ServerlessConfig: serverless, InstanceType, InstancePools, InitialInstanceCount } = variant
  if (serverless === undefined) {
    if ((InstanceType === undefined) === (InstancePools === undefined) || InitialInstanceCount === undefined)
      throw invalid(
        'InstanceType or InstancePools, and InitialInstanceCount, or ServerlessConfig, must be specified.',
      )
    return
  }
  if (InstanceType !== undefined || InstancePools !== undefined || InitialInstanceCount !== undefined)
    throw invalid('ServerlessConfig excludes InstanceType, InstancePools and InitialInstanceCount.')
  if (variant.VolumeSizeInGB !== undefined) throw invalid('ServerlessConfig excludes VolumeSizeInGB.')
  if (serverless.MemorySizeInMB % 1024 !== 0)
    throw invalid('MemorySizeInMB must be 1024, 2048, 3072, 4096, 5120 or 6144.')
  if ((serverless.ProvisionedConcurrency ?? 0) > serverless.MaxConcurrency)
    throw invalid('ProvisionedConcurrency must be less than or equal to MaxConcurrency.')
}

const duplicatesOf = (names: readonly string[]): string[] =>
  names.filter((name, at) => names.indexOf(name) !== at)

export const checkVariants = (input: CreateEndpointConfigInput): void => {
  const production = input.ProductionVariants
  const shadow = input.ShadowProductionVariants ?? []
  for (const variant of [...production, ...shadow]) checkVariant(variant)
  checkPublishing(input.MetricsConfig?.MetricPublishFrequencyInSeconds)
  const [twice] = duplicatesOf([...production, ...shadow].map(({ VariantName }) => VariantName))
  if (twice !== undefined) throw invalid(`Variant names must be unique; "${twice}" occurs more than once.`)
  if (shadow.length > 0 && (production.length !== 1 || shadow.length !== 1))
    throw invalid(
      'An endpoint configuration with a shadow variant must have exactly one production variant and one shadow variant.',
    )
  if (production.every(({ InitialVariantWeight = 1 }) => InitialVariantWeight === 0))
    throw invalid('At least one production variant must have a weight above 0.')
}

/** What serverless variants exclude (SageMaker developer guide, serverless endpoints). */
export const checkServerless = (input: CreateEndpointConfigInput, store: Store): void => {
  const variants = input.ProductionVariants
  const serverless = variants.filter(({ ServerlessConfig }) => ServerlessConfig !== undefined)
  if (serverless.length === 0) return
  const refuse = (what: string) => invalid(`Serverless endpoints do not support ${what}.`)
  if (variants.length > 1) throw refuse('multiple production variants')
  if (input.ShadowProductionVariants !== undefined) throw refuse('shadow variants')
  if (input.DataCaptureConfig?.EnableCapture) throw refuse('data capture')
  if (input.AsyncInferenceConfig !== undefined) throw refuse('asynchronous inference')
  const model = store.models.get(serverless[0]?.ModelName ?? '')?.input
  if (model?.VpcConfig !== undefined) throw refuse('VPC configuration')
  if (model?.EnableNetworkIsolation) throw refuse('network isolation')
  if (model?.Containers !== undefined && model.Containers.length > 1) throw refuse('inference pipelines')
  if (model?.PrimaryContainer?.ModelDataSource !== undefined) throw refuse('ModelDataSource')
}

export const checkPolicies = ({ BlueGreenUpdatePolicy, RollingUpdatePolicy }: DeploymentConfig): void => {
  if (BlueGreenUpdatePolicy !== undefined && RollingUpdatePolicy !== undefined)
    throw invalid('Only one of BlueGreenUpdatePolicy and RollingUpdatePolicy can be specified.')
}
