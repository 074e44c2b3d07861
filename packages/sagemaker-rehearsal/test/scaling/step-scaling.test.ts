import t from 'tap'
import { stepped } from '../../src/scaling/step-scaling.ts'

t.test('the step is the one that the distance from the threshold falls into', async (t) => {
  const config = {
    AdjustmentType: 'ChangeInCapacity' as const,
    StepAdjustments: [
      { MetricIntervalLowerBound: 0, MetricIntervalUpperBound: 10, ScalingAdjustment: 1 },
      { MetricIntervalLowerBound: 10, ScalingAdjustment: 3 },
      { MetricIntervalUpperBound: 0, ScalingAdjustment: -1 },
    ],
  }
  t.strictSame(
    [0, 9, 10, -1].map((distance) => stepped(4, config, distance)),
    [5, 5, 7, 3],
  )
  t.equal(stepped(4, { ...config, StepAdjustments: [] }, 0), 4)
  t.equal(stepped(4, { ...config, AdjustmentType: 'ExactCapacity' }, 10), 3)
})

t.test('a percentage changes by one instance at least', async (t) => {
  const by = (ScalingAdjustment: number, more = {}) =>
    stepped(
      5,
      { AdjustmentType: 'PercentChangeInCapacity', StepAdjustments: [{ ScalingAdjustment }], ...more },
      0,
    )
  t.equal(by(50), 7)
  t.equal(by(10), 6)
  t.equal(by(-10), 4)
  t.equal(by(10, { MinAdjustmentMagnitude: 2 }), 7)
})
