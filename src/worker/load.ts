/** Loads a model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import type { Model } from '../model/model.ts'
import { formatSpec, type ModelSignature } from '../model/signature.ts'
import type { LoadOptions, ModelSummary, Recipe } from '../protocol/messages.ts'
import { type Bucket, bucketSizes, inBuckets, openBuckets } from './engine/buckets.ts'
import { exampleInputs } from './engine/example.ts'
import { loadRuntime } from './engine/execution-provider.ts'
import { sampleInputs } from './engine/sample.ts'
import { createSession, type Session, sessionOptions } from './engine/session.ts'

const DEFAULT_MAX_BATCH_SIZE = 32

export type LoadedModel = {
  model: Model
  maxBatchSize: number
  /** The session for a run beside other workers' runs, or for one that has the machine to itself. */
  sessionFor(alone: boolean): Session
  summary: ModelSummary
}

/**
 * A first run allocates and touches the weights. Inputs that a model refuses are no reason not to serve it.
 * @param recipe inputs that the model took when it was checked; without it nothing is run
 * @returns the milliseconds of a run of one row; undefined if the model refuses
 */
const warmUp = async (
  model: Model,
  session: Session,
  recipe: Recipe | undefined,
): Promise<number | undefined> => {
  if (recipe === undefined) return undefined
  try {
    const inputs = sampleInputs(model, recipe, 1)
    const start = performance.now()
    await session.run(inputs)
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

/**
 * On CUDA the session for a run beside others and the one for a run alone are one, whose batches have fixed sizes. Without
 * inputs that the model takes, nothing is run, and what a change of shape costs is not known.
 */
const openSized = async (
  opened: Session,
  model: Model,
  wanted: number,
  { device, threads, recipe }: LoadOptions,
): Promise<{ session: Session; maxBatchSize: number }> => {
  const sizes = bucketSizes(wanted)
  const [smallest, ...larger] = sizes
  const open = async () =>
    createSession(await loadRuntime(device), model.file, sessionOptions(device, threads))
  const run = async (session: Session, rows: number) => {
    await session.run(sampleInputs(model, recipe as Recipe, rows))
  }
  const inOne: [Bucket, ...Bucket[]] = [
    { size: smallest, session: opened },
    ...larger.map((size) => ({ size, session: opened })),
  ]
  const buckets =
    recipe === undefined ? inOne : await openBuckets(opened, sizes, open, run).catch(() => inOne)
  return { session: inBuckets(buckets), maxBatchSize: buckets.at(-1)?.size ?? 1 }
}

export const loadModel = async (options: LoadOptions): Promise<LoadedModel> => {
  const { name, config } = options.model
  const opened = await openSessions(options)
  const signature = { ...opened.shared.signature, rows: options.rows }
  const model: Model = { ...options.model, signature }
  const wanted = options.maxBatchSize ?? config.limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE
  const isSized = options.device === 'cuda' && signature.rows === 'dynamic' && wanted > 1
  const sized = isSized ? await openSized(opened.shared, model, wanted, options) : undefined
  const maxBatchSize = signature.rows === 'dynamic' ? (sized?.maxBatchSize ?? wanted) : 1
  const { shared, alone } = sized ? { shared: sized.session, alone: sized.session } : opened
  // On a CPU the first run costs about as much as the next, and the other session's weights are these.
  const milliseconds = await warmUp(model, shared, options.recipe)
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
      maxBatchSize: sized?.maxBatchSize ?? wanted,
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
