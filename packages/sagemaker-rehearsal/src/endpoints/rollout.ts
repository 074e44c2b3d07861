/** How a deployment moves, step by step: computed before it begins. Pure. */

import type { CapacitySize, DeploymentConfig } from '../models/sagemaker.ts'
import type { Fleet } from '../store.ts'

/** Instances of a fleet that take production traffic. */
export const sizeOf = (fleet: Fleet): number =>
  fleet.variants.filter(({ shadow }) => !shadow).reduce((sum, { desiredCount }) => sum + desiredCount, 0)

/** Instances that a size means, at least one. */
export const instancesOf = (size: CapacitySize | undefined, total: number): number => {
  const value = size?.Value ?? 0
  const count = size?.Type === 'CAPACITY_PERCENT' ? Math.ceil((value / 100) * total) : value
  return Math.min(total, Math.max(1, count))
}

/** Shares of traffic, from 0 to 1, that the new fleet takes one after another. The last is 1. */
export const trafficSteps = (deployment: DeploymentConfig | undefined, total: number): number[] => {
  const routing = deployment?.BlueGreenUpdatePolicy?.TrafficRoutingConfiguration
  if (routing?.Type === 'CANARY') return [instancesOf(routing.CanarySize, total) / total, 1]
  if (routing?.Type === 'LINEAR') {
    const step = instancesOf(routing.LinearStepSize, total)
    const steps = Math.ceil(total / step)
    return Array.from({ length: steps }, (_, at) => Math.min(1, ((at + 1) * step) / total))
  }
  return [1]
}

/** Sizes of the new fleet after each batch of a rolling deployment. */
export const batches = (size: CapacitySize | undefined, total: number): number[] => {
  const batch = instancesOf(size, total)
  return Array.from({ length: Math.ceil(total / batch) }, (_, at) => Math.min(total, (at + 1) * batch))
}
