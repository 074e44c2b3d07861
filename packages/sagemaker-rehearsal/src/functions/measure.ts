/** Lambda's metrics (developer guide, "Types of metrics for Lambda functions"): of the function, and of what was asked by its name. */

import type { Metrics } from '../metrics/metric-store.ts'
import type { LambdaFunction } from '../store.ts'

const NAMESPACE = 'AWS/Lambda'

export const createMeasure =
  (metrics: Metrics) =>
  (
    { name, aliases }: LambdaFunction,
    { qualifier, version }: { qualifier: string | undefined; version?: string },
    values: Readonly<Record<string, number>>,
  ): void => {
    const byName = { FunctionName: name }
    const byResource = { ...byName, Resource: qualifier === undefined ? name : `${name}:${qualifier}` }
    const dimensions = [
      {},
      byName,
      byResource,
      // Of an alias, which version it was.
      ...(version !== undefined && aliases.has(qualifier ?? '')
        ? [{ ...byResource, ExecutedVersion: version }]
        : []),
    ]
    for (const each of dimensions)
      for (const [metric, value] of Object.entries(values)) metrics.record(NAMESPACE, metric, each, value)
  }
