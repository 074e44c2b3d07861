/**
 * GET /execution-parameters, which batch transform asks once /ping is 200 (SageMaker developer guide, "Custom inference
 * code with batch transform"): computed from the workers that are there now.
 */

import type { FastifyInstance } from 'fastify'
import type { ModelInfo, RowMode } from '../../protocol/model-info.ts'
import type { Health } from '../health.ts'

/** CreateTransformJob's default, and what MaxConcurrentTransforms × MaxPayloadInMB may come to at most. */
const DEFAULT_PAYLOAD_MB = 6
const MAX_CONCURRENT_MB = 100

export type ExecutionParameters = {
  MaxConcurrentTransforms: number
  BatchStrategy: 'MULTI_RECORD' | 'SINGLE_RECORD'
  MaxPayloadInMB: number
}

/**
 * Two requests for each worker: one that runs and one that is ready to follow.
 * @param rows how rows relate to runs; where there are none, a body of several records would be one input
 */
export const executionParameters = (
  readyWorkers: number,
  maxBodyBytes: number,
  rows: RowMode | undefined,
): ExecutionParameters => {
  const MaxPayloadInMB = Math.max(1, Math.min(DEFAULT_PAYLOAD_MB, Math.floor(maxBodyBytes / 2 ** 20)))
  const most = Math.floor(MAX_CONCURRENT_MB / MaxPayloadInMB)
  return {
    MaxConcurrentTransforms: Math.max(1, Math.min(2 * readyWorkers, most)),
    BatchStrategy: rows === 'none' ? 'SINGLE_RECORD' : 'MULTI_RECORD',
    MaxPayloadInMB,
  }
}

export const registerExecutionParameters = (
  app: FastifyInstance,
  health: Health,
  maxBodyBytes: number,
  info: () => ModelInfo | undefined,
): void => {
  app.get('/execution-parameters', () => {
    const { code, rows } = info() ?? {}
    // What is a record, only the code knows.
    return executionParameters(health.readyWorkers, maxBodyBytes, code === undefined ? rows : 'none')
  })
}
