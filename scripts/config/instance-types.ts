/** What an instance type's name tells. */

import { ProductionVariantInstanceType } from '@aws-sdk/client-sagemaker'

export const INSTANCE_TYPES: readonly ProductionVariantInstanceType[] = Object.values(
  ProductionVariantInstanceType,
)

/** Current generation, in most Regions, 2 vCPUs and 8 GiB: enough for models of a gigabyte. */
export const DEFAULT_INSTANCE_TYPE = 'ml.m7i.large'

/** `c7g` of `ml.c7g.large`. */
const family = (type: string): string => type.split('.')[1] ?? ''

/** Graviton has a g after the generation, as in c7g, m6gd or c6gn; p6e-gb200 has Grace CPUs. */
export const platformOf = (type: string): 'linux/amd64' | 'linux/arm64' =>
  /^[a-z]+\d+g|-gb\d+$/.test(family(type)) ? 'linux/arm64' : 'linux/amd64'

export const hasGpu = (type: string): boolean => /^[pg]\d/.test(family(type))

export const hasInferentia1 = (type: string): boolean => family(type) === 'inf1'

/** Inferentia 2 and Trainium. */
export const hasNeuron = (type: string): boolean => /^(inf2|trn\d)/.test(family(type))

/** Sizes name the number of vCPUs, four to an `xlarge`, with two exceptions. */
export const vcpusOf = (type: string): number => {
  const known: Record<string, number> = { 'ml.c4.8xlarge': 36, 'ml.t2.medium': 2 }
  const size = type.split('.')[2] ?? ''
  const [, times] = /^(\d*)xlarge$/.exec(size) ?? []
  return known[type] ?? (times !== undefined ? 4 * Number(times || 1) : size === 'large' ? 2 : 1)
}
