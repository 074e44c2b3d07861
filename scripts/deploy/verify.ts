/** Does the endpoint run what was asked? An update that SageMaker took back is InService too. */

import type { DescribeEndpointOutput } from '@aws-sdk/client-sagemaker'
import { variantsOf } from '../aws/live.ts'
import type { Desired } from '../plan/desired.ts'

const digestOf = (image: string | undefined): string | undefined =>
  image?.match(/@(sha256:[0-9a-f]{64})$/)?.[1]

/** What is not as asked, each in a sentence; empty if all is. */
export const discrepancies = (
  { config, models }: Pick<Desired, 'config' | 'models'>,
  endpoint: DescribeEndpointOutput | undefined,
): string[] => {
  if (endpoint === undefined) return ['there is no endpoint']
  const wrong: string[] = []
  if (endpoint.EndpointStatus !== 'InService') wrong.push(`the endpoint is ${endpoint.EndpointStatus}`)
  if (endpoint.EndpointConfigName !== config.EndpointConfigName) {
    return [...wrong, `the endpoint runs ${endpoint.EndpointConfigName}, not ${config.EndpointConfigName}`]
  }
  const there = [...(endpoint.ProductionVariants ?? []), ...(endpoint.ShadowProductionVariants ?? [])]
  const wanted = variantsOf(config)
  for (const { VariantName, ModelName } of wanted) {
    const runs = there.find((variant) => variant.VariantName === VariantName)
    if (runs === undefined) {
      wrong.push(`the variant ${VariantName} is not there`)
      continue
    }
    const digest = digestOf(models.find((model) => model.ModelName === ModelName)?.PrimaryContainer?.Image)
    for (const { ResolvedImage } of runs.DeployedImages ?? []) {
      const resolved = digestOf(ResolvedImage)
      if (digest !== undefined && resolved !== undefined && resolved !== digest) {
        wrong.push(`the variant ${VariantName} runs the image ${resolved}, not ${digest}`)
      }
    }
  }
  for (const { VariantName } of there) {
    if (!wanted.some((variant) => variant.VariantName === VariantName)) {
      wrong.push(`the variant ${VariantName} was not asked for`)
    }
  }
  return wrong
}
