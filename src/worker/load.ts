/** Loads a model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import type { Model } from '../model/model.ts'
import { formatSpec, type ModelSignature, type RowMode } from '../model/signature.ts'
import type { LoadOptions, ModelSummary } from '../workers/protocol.ts'
import { bucketSizes, inBuckets, openBuckets } from './buckets.ts'
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
 * A first run allocates and touches the weights. Zeros that a model refuses are no reason not to serve it.
 * @returns the milliseconds of a run of one row; undefined if the model refuses
 */
const warmUp = async ({ signature }: Model, session: Session): Promise<number | undefined> => {
  try {
    const start = performance.now()
    await session.run(exampleInputs(signature))
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

/**
 * On CUDA the session for a run beside others and the one for a run alone are one, whose batches have fixed sizes.
 * A model that refuses zeros is served without having been warmed.
 */
const openSized = async (
  opened: Session,
  rows: RowMode,
  maxBatchSize: number,
  open: () => Promise<Session>,
): Promise<{ session: Session; maxBatchSize: number }> => {
  const sizes = bucketSizes(maxBatchSize)
  try {
    const buckets = await openBuckets(opened, sizes, open, async (session, count) => {
      await session.run(exampleInputs({ ...session.signature, rows }, count))
    })
    return { session: inBuckets(buckets), maxBatchSize: buckets.at(-1)?.size ?? 1 }
  } catch {
    return { session: opened, maxBatchSize }
  }
}

export const loadModel = async (options: LoadOptions): Promise<LoadedModel> => {
  const { name, file, config } = options.model
  const usedFile = options.optimisedFile ?? file
  const opened = await openSessions(usedFile, options)
  const signature = { ...opened.shared.signature, rows: options.rows }
  const model: Model = { ...options.model, signature }
  const wantedBatchSize =
    signature.rows === 'dynamic'
      ? (options.maxBatchSize ?? config.limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE)
      : 1
  const isSized = options.device === 'cuda' && wantedBatchSize > 1
  const sized = isSized
    ? await openSized(opened.shared, options.rows, wantedBatchSize, async () =>
        createSession(
          await loadRuntime(options.device),
          usedFile,
          sessionOptions(options.device, options.threads),
        ),
      )
    : undefined
  const maxBatchSize = sized?.maxBatchSize ?? wantedBatchSize
  const { shared, alone } = sized ? { shared: sized.session, alone: sized.session } : opened
  // On a CPU the first run is hardly dearer than the next, and the other session's weights are these.
  const milliseconds = await warmUp(model, shared)
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
      maxBatchSize,
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
