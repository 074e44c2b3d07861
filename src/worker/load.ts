/** Loads an ONNX model into this worker: its sessions, warmed, and what the rest of the worker needs to know of it. */

import type { Model, ModelFolder } from '../model/model.ts'
import type { ModelSignature, RowMode } from '../model/signature.ts'
import { DEFAULT_MAX_BATCH_SIZE } from '../protocol/defaults.ts'
import { deviceRow } from '../protocol/devices.ts'
import type { LoadOptions as AnyLoadOptions } from '../protocol/messages.ts'
import type { ModelInfo } from '../protocol/model-info.ts'
import { DATA_TYPES } from '../tensor/data-type.ts'
import { elementCount } from '../tensor/tensor.ts'
import { createTask } from './create-task.ts'
import { type Bucket, bucketSizes, inBuckets, openBuckets } from './engine/buckets.ts'
import { isDeviceFault, watched } from './engine/device-fault.ts'
import { loadRuntime } from './engine/execution-provider.ts'
import type { Filling } from './engine/plan-filled.ts'
import { type Recipe, sampleInputs } from './engine/sample.ts'
import { createSession, type Session, sessionOptions } from './engine/session.ts'
import { sourceOf } from './engine/source.ts'
import type { Task } from './task/task.ts'

export type LoadOptions = AnyLoadOptions<ModelFolder, Recipe>

export type LoadedModel = {
  task: Task
  rows: RowMode
  /** Most rows in a run; 1 where rows are not joined. */
  maxBatchSize: number
  /** What runs of texts are; undefined for a model of none. */
  texts?: Omit<Filling, 'values'> | undefined
  /** How long it may take to read the requests of a batch. */
  prepareTimeoutMs: number
  /** The session for a run beside other workers' runs, or for one that has the machine to itself. */
  sessionFor(alone: boolean): Session
  info: ModelInfo
}

/**
 * A first run allocates and touches the weights. Inputs that a model refuses are no reason not to serve it; a device that fails is.
 * @param recipe how inputs that the model accepts are made; without it nothing is run
 * @param sizes rows of the runs that are to be known
 * @returns milliseconds of a run of each size; none if the model refuses
 */
const warmUp = async (
  model: Model,
  session: Session,
  recipe: Recipe | undefined,
  sizes: readonly number[],
): Promise<{ rows: number; milliseconds: number }[]> => {
  if (recipe === undefined) return []
  const known: { rows: number; milliseconds: number }[] = []
  try {
    for (const rows of sizes) {
      const inputs = sampleInputs(model, recipe, rows)
      const start = performance.now()
      await session.run(inputs)
      known.push({ rows, milliseconds: performance.now() - start })
    }
  } catch (error) {
    // What has run is known.
    if (known.length === 0 && isDeviceFault(error)) throw error
  }
  return known
}

/** Bytes of the inputs of a run of one row; undefined if a dimension other than the first is free, or an element has no fixed size. */
export const rowBytes = ({ inputs }: Pick<ModelSignature, 'inputs'>): number | undefined => {
  let sum = 0
  for (const { type, dims } of inputs) {
    const sizes = dims.slice(1)
    if (type === 'string' || !sizes.every((dim) => typeof dim === 'number')) return undefined
    const rows = typeof dims[0] === 'number' ? dims[0] : 1
    sum += rows * elementCount(sizes) * DATA_TYPES[type].bytes
  }
  return sum
}

type Sessions = { shared: Session; alone: Session; copyProblem?: string }

/** On mapped weights a second session costs a few megabytes. */
const openCopy = async (copy: string, options: LoadOptions): Promise<Sessions> => {
  const { device, threads, threadsAlone, folder } = options
  const runtime = await loadRuntime(device)
  const shared = await createSession(runtime, copy, sessionOptions(device, threads, folder.texts))
  if (threadsAlone === threads) return { shared, alone: shared }
  return {
    shared,
    alone: await createSession(runtime, copy, sessionOptions(device, threadsAlone, folder.texts)),
  }
}

/** A second session would cost the whole model again. */
const openModel = async ({ device, threads, folder }: LoadOptions): Promise<Sessions> => {
  const only = await createSession(
    await loadRuntime(device),
    sourceOf(folder),
    sessionOptions(device, threads, folder.texts),
  )
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
 * Where batches have a few fixed sizes, the session for a run beside others and the one for a run alone are one. Without
 * inputs that the model takes, nothing is run, and what a change of shape costs is not known.
 * Rejects if the device does not run what the model took when it was inspected.
 */
const openSized = async (
  opened: Session,
  model: Model,
  wanted: number,
  { device, threads, recipe }: LoadOptions,
): Promise<{ session: Session; sizes: number[] }> => {
  const sizes = bucketSizes(wanted)
  const [smallest, ...larger] = sizes
  const open = async () =>
    createSession(await loadRuntime(device), sourceOf(model), sessionOptions(device, threads, model.texts))
  const inOne: [Bucket, ...Bucket[]] = [
    { size: smallest, session: opened },
    ...larger.map((size) => ({ size, session: opened })),
  ]
  if (recipe === undefined) return { session: inBuckets(inOne), sizes }
  const run = (session: Session, rows: number) => session.run(sampleInputs(model, recipe, rows))
  const buckets = await openBuckets(opened, sizes, open, run)
  return { session: inBuckets(buckets), sizes: buckets.map(({ size }) => size) }
}

/** The folder's ONNX file, as it is without code of the folder's own. */
export const loadModel = async (options: LoadOptions): Promise<LoadedModel & { model: Model }> => {
  const { folder, device, rows } = options
  const { limits, preprocess } = folder.config
  const opened = await openSessions(options)
  const signature = { ...opened.shared.signature, rows, ...(folder.recurrent && { recurrent: true }) }
  const model: Model = { ...folder, signature }
  const wanted = options.maxBatchSize ?? limits.maxBatchSize ?? DEFAULT_MAX_BATCH_SIZE
  const isSized = deviceRow(device).buckets && rows === 'dynamic' && wanted > 1
  const sized = isSized ? await openSized(opened.shared, model, wanted, options) : undefined
  const most = sized?.sizes.at(-1) ?? wanted
  const watch = (session: Session): Session => {
    const { recipe } = options
    if (deviceRow(device).runsOnCpu || recipe === undefined) return session
    return watched(session, () => opened.shared.run(sampleInputs(model, recipe, 1)))
  }
  const shared = watch(sized?.session ?? opened.shared)
  const alone = sized ? shared : watch(opened.alone)
  // On a CPU the first run costs about the same as later ones, and both sessions share their weights. The sessions of sizes have run.
  const runs = await warmUp(model, shared, options.recipe, sized?.sizes ?? [1])
  const bytes = rowBytes(signature)
  const task = await createTask(model, options)
  return {
    model,
    task,
    rows,
    maxBatchSize: rows === 'dynamic' ? most : 1,
    texts: folder.texts && { ...deviceRow(device).texts, unequal: folder.texts.unequal },
    prepareTimeoutMs: options.prepareTimeoutMs,
    sessionFor: (isAlone) => (isAlone ? alone : shared),
    info: {
      name: folder.name,
      inputs: signature.inputs,
      outputs: signature.outputs,
      rows,
      maxBatchSize: most,
      maxResponseBytes: limits.maxResponseBytes,
      device,
      acceptsImages: preprocess !== undefined,
      ...(task.name !== undefined && { task: task.name }),
      ...(task.routes && { routes: task.routes }),
      ...(opened.copyProblem !== undefined && { copyProblem: opened.copyProblem }),
      padded: sized !== undefined,
      warmUp: bytes === undefined ? [] : runs.map((run) => ({ ...run, bytes: run.rows * bytes })),
    },
  }
}
