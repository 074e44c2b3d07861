/** Loads a model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import type { Model } from '../model/model.ts'
import { formatSpec, type ModelSignature } from '../model/signature.ts'
import type { LoadOptions, ModelSummary, Recipe } from '../workers/protocol.ts'
import { bucketSizes, inBuckets } from './buckets.ts'
import { exampleInputs } from './example.ts'
import { loadRuntime } from './execution-provider.ts'
import { sampleInputs } from './sample.ts'
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
 * A first run allocates, touches the weights and, on CUDA, searches for algorithms. Inputs that a model refuses are no
 * reason not to serve it.
 * @param recipe inputs that the model took when it was checked; without it nothing is run
 * @param sizes rows of each run
 * @returns the milliseconds of the last run; undefined if the model refuses
 */
const warmUp = async (
  model: Model,
  session: Session,
  recipe: Recipe | undefined,
  sizes: readonly number[],
): Promise<number | undefined> => {
  if (recipe === undefined) return undefined
  try {
    let start = 0
    for (const rows of sizes) {
      const inputs = sampleInputs(model, recipe, rows)
      start = performance.now()
      await session.run(inputs)
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

type Sessions = { shared: Session; alone: Session; copyProblem?: string }

/** On mapped weights a second session costs a few megabytes. */
const openCopy = async (copy: string, options: LoadOptions): Promise<Sessions> => {
  const { device, threads, threadsAlone } = options
  const runtime = await loadRuntime(device)
  const shared = await createSession(runtime, copy, sessionOptions(device, threads))
  if (threadsAlone === threads) return { shared, alone: shared }
  return { shared, alone: await createSession(runtime, copy, sessionOptions(device, threadsAlone)) }
}

/** A second session would cost the whole model again. */
const openModel = async ({ device, threads, model }: LoadOptions): Promise<Sessions> => {
  const only = await createSession(await loadRuntime(device), model.file, sessionOptions(device, threads))
  return { shared: only, alone: only }
}

/** The copy may have been removed since the server was started, by whatever cleans folders of temporary files. */
const openSessions = async (options: LoadOptions): Promise<Sessions> => {
  if (options.optimisedFile === undefined) return openModel(options)
  try {
    return await openCopy(options.optimisedFile, options)
  } catch (error) {
    const copyProblem = error instanceof Error ? error.message : String(error)
    return { ...(await openModel(options)), copyProblem }
  }
}

/** On CUDA both are one. */
const bucketed = (session: Session, sizes: readonly number[]): { shared: Session; alone: Session } => {
  const shared = inBuckets(session, sizes)
  return { shared, alone: shared }
}

export const loadModel = async (options: LoadOptions): Promise<LoadedModel> => {
  const { name, config } = options.model
  const opened = await openSessions(options)
  const signature = { ...opened.shared.signature, rows: options.rows }
  const model: Model = { ...options.model, signature }
  const wanted = options.maxBatchSize ?? config.limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE
  const maxBatchSize = signature.rows === 'dynamic' ? wanted : 1
  const sizes = options.device === 'cuda' ? bucketSizes(maxBatchSize) : []
  const { shared, alone } = sizes.length > 1 ? bucketed(opened.shared, sizes) : opened
  // On a CPU the first run is hardly dearer than the next, and the other session's weights are these.
  const milliseconds = await warmUp(model, shared, options.recipe, [...sizes.toReversed(), 1])
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
      ...(opened.copyProblem !== undefined && { copyProblem: opened.copyProblem }),
      ...(milliseconds !== undefined && bytes !== undefined && { warmUp: { milliseconds, bytes } }),
      example: [...exampleInputs(signature)].map(([input, { type, dims }]) => ({
        name: input,
        type,
        dims: [...dims],
      })),
    },
  }
}
