/** What a deployment must keep to (SageMaker developer guide, deployment guardrails; API reference, DeploymentConfig). */

import { invalid } from '../../aws-error.ts'
import { batches, trafficSteps } from '../../endpoints/rollout.ts'
import type { CapacitySize, CreateEndpointConfigInput, DeploymentConfig } from '../../models/sagemaker.ts'
import { checkPolicies } from './rules.ts'

type Size = { size: CapacitySize | undefined; name: string; least: number; most: number }

/** @throws ValidationException unless the size lies within these percents of so many instances */
const checkSize = ({ size, name, least, most }: Size, total: number): void => {
  if (size === undefined) throw invalid(`${name} must be specified for this type of deployment.`)
  const percent = size.Type === 'CAPACITY_PERCENT' ? size.Value : (size.Value / total) * 100
  if (percent > most || (size.Type === 'CAPACITY_PERCENT' && percent < least))
    throw invalid(
      `${name} must be between ${least}% and ${most}% of the variant's total instance count, which is ${total}.`,
    )
}

const checkTime = (waits: number, timeout: number | undefined): void => {
  if (timeout !== undefined && waits > timeout)
    throw invalid(
      `MaximumExecutionTimeoutInSeconds (${timeout}) must exceed the sum of all wait intervals, which is ${waits}.`,
    )
}

/** @param config of the new fleet */
export const checkDeployment = (
  deployment: DeploymentConfig | undefined,
  config: CreateEndpointConfigInput,
): void => {
  if (deployment === undefined) return
  checkPolicies(deployment)
  const variants = config.ProductionVariants
  const isServerless = variants.some(({ ServerlessConfig }) => ServerlessConfig !== undefined)
  const counts = variants.map(({ InitialInstanceCount = 1 }) => InitialInstanceCount)
  const smallest = Math.min(...counts)
  const total = counts.reduce((sum, count) => sum + count, 0)

  const { BlueGreenUpdatePolicy: blueGreen, RollingUpdatePolicy: rolling } = deployment
  const routing = blueGreen?.TrafficRoutingConfiguration
  if (isServerless && (rolling !== undefined || (routing !== undefined && routing.Type !== 'ALL_AT_ONCE')))
    throw invalid('Deployment guardrails are not supported for serverless endpoints.')
  if (rolling !== undefined) {
    if (variants.length > 1)
      throw invalid('RollingUpdatePolicy is not supported for endpoints with multiple production variants.')
    checkSize({ size: rolling.MaximumBatchSize, name: 'MaximumBatchSize', least: 5, most: 50 }, total)
    const waits = batches(rolling.MaximumBatchSize, total).length * (rolling.WaitIntervalInSeconds ?? 0)
    checkTime(waits, rolling.MaximumExecutionTimeoutInSeconds)
  }
  if (routing?.Type === 'CANARY')
    checkSize({ size: routing.CanarySize, name: 'CanarySize', least: 1, most: 50 }, smallest)
  if (routing?.Type === 'LINEAR')
    checkSize({ size: routing.LinearStepSize, name: 'LinearStepSize', least: 10, most: 50 }, smallest)
  if ((routing?.Type === 'CANARY' || routing?.Type === 'LINEAR') && smallest < 2)
    throw invalid(`${routing.Type} traffic routing needs at least 2 instances in each variant.`)
  if (routing !== undefined) {
    const steps = trafficSteps(deployment, total).length
    checkTime(
      steps * (routing.WaitIntervalInSeconds ?? 0) + (blueGreen?.TerminationWaitInSeconds ?? 0),
      blueGreen?.MaximumExecutionTimeoutInSeconds,
    )
  }
}
