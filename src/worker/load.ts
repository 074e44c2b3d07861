/** Loads a model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import type { Model } from '../model/model.ts'
import { formatSpec, type ModelSignature } from '../model/signature.ts'
import type { LoadOptions, ModelSummary } from '../workers/protocol.ts'
import { bucketSizes, inBuckets } from './buckets.ts'
import { exampleInputs } from './example.ts'
import { loadRuntime } from './execution-provider.ts'
import { createSession, type Session, sessionOptions } from './session.ts'

const DEFAULT_MAX_BATCH_SIZE = 32

export type LoadedModel = {
  model: Model
  maxBatchSize: number
  /** The session for a run beside other workers' runs, or for one that has the machine to itself. */
  sessionFor(alone: boolean): Session
  summary: ModelSummary
}

/**
 * A first run allocates, touches the weights and, on CUDA, searches for algorithms. Zeros that a model refuses are no
 * reason not to serve it.
 * @param sizes rows of each run
 * @returns the milliseconds of the last run; undefined if the model refuses
 */
const warmUp = async (
  { signature }: Model,
  session: Session,
  sizes: readonly number[],
): Promise<number | undefined> => {
  try {
    let start = 0
    for (const rows of sizes) {
      start = performance.now()
      await session.run(exampleInputs(signature, rows))
    }
    return performance.now() - start
  } catch {
    return undefined
  }
}

/** Bytes of one row of the inputs; undefined if a dimension other than the first is free, or an element has no fixed size. */
const rowBytes = ({ inputs }: ModelSignature): number | undefined => {
  const fixed = inputs.every(
    ({ type, dims }) => type !== 'string' && dims.slice(1).every((dim) => typeof dim === 'number'),
  )
  if (!fixed) return undefined
  return [...exampleInputs({ inputs, outputs: [], rows: 'dynamic' }).values()].reduce(
    (sum, { data }) => sum + (data as Uint8Array).byteLength,
    0,
  )
}

const openSessions = async (
  file: string,
  options: LoadOptions,
): Promise<{ shared: Session; alone: Session }> => {
  const runtime = await loadRuntime(options.device)
  const shared = await createSession(runtime, file, sessionOptions(options.device, options.threads))
  // On mapped weights a second session costs a few megabytes; without them it would cost the whole model again.
  if (options.threadsAlone === options.threads || options.optimisedFile === undefined)
    return { shared, alone: shared }
  const alone = await createSession(runtime, file, sessionOptions(options.device, options.threadsAlone))
  return { shared, alone }
}

/** On CUDA both are one. */
const bucketed = (session: Session, sizes: readonly number[]): { shared: Session; alone: Session } => {
  const shared = inBuckets(session, sizes)
  return { shared, alone: shared }
}

export const loadModel = async (options: LoadOptions): Promise<LoadedModel> => {
  const { name, file, config } = options.model
  const opened = await openSessions(options.optimisedFile ?? file, options)
  const signature = { ...opened.shared.signature, rows: options.rows }
  const model: Model = { ...options.model, signature }
  const wanted = options.maxBatchSize ?? config.limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE
  const maxBatchSize = signature.rows === 'dynamic' ? wanted : 1
  const sizes = options.device === 'cuda' ? bucketSizes(maxBatchSize) : []
  const { shared, alone } = sizes.length > 1 ? bucketed(opened.shared, sizes) : opened
  // On a CPU the first run is hardly dearer than the next, and the other session's weights are these.
  const milliseconds = await warmUp(model, shared, [...sizes.toReversed(), 1])
  const bytes = rowBytes(signature)
  return {
    model,
    maxBatchSize,
    sessionFor: (isAlone) => (isAlone ? alone : shared),
    summary: {
      name,
      inputs: signature.inputs.map((spec) => `${spec.name} ${formatSpec(spec)}`),
      outputs: signature.outputs.map((spec) => `${spec.name} ${formatSpec(spec)}`),
      rows: signature.rows,
      maxBatchSize: wanted,
      device: options.device,
      takesImages: config.preprocess !== undefined,
      ...(milliseconds !== undefined && bytes !== undefined && { warmUp: { milliseconds, bytes } }),
      example: [...exampleInputs(signature)].map(([input, { type, dims }]) => ({
        name: input,
        type,
        dims: [...dims],
      })),
    },
  }
}
