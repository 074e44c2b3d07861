import type { ProductionVariant } from '../models/sagemaker.ts'

/** The instance types of a variant, those that are tried first in front. */
export const typesOf = ({ InstanceType, InstancePools }: ProductionVariant) =>
  InstancePools?.toSorted((a, b) => a.Priority - b.Priority).map((pool) => pool.InstanceType) ?? [
    InstanceType,
  ]

/** The type that its instances have: here there is always one of the first. Undefined for a serverless variant. */
export const typeOf = (config: ProductionVariant) => typesOf(config)[0]
