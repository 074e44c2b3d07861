/** Step scaling: an alarm of the user's own says when, the distance of its metric from its threshold by how much. */

import type { StepScalingPolicyConfiguration } from '../models/application-autoscaling.ts'

/** The count that a breach makes of another (Application Auto Scaling API reference, StepAdjustment); the same where no step fits. */
export const stepped = (
  count: number,
  { AdjustmentType, StepAdjustments = [], MinAdjustmentMagnitude = 1 }: StepScalingPolicyConfiguration,
  distance: number,
): number => {
  const step = StepAdjustments.find(
    ({ MetricIntervalLowerBound: low, MetricIntervalUpperBound: high }) =>
      distance >= (low ?? Number.NEGATIVE_INFINITY) && distance < (high ?? Number.POSITIVE_INFINITY),
  )
  const by = step?.ScalingAdjustment
  if (by === undefined) return count
  if (AdjustmentType === 'ExactCapacity') return by
  if (AdjustmentType !== 'PercentChangeInCapacity') return count + by
  const change = Math.trunc((count * by) / 100)
  return count + Math.sign(by) * Math.max(MinAdjustmentMagnitude, Math.abs(change))
}
