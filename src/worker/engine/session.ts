/** A model loaded into ONNX Runtime, and one run of it. */

import type { InferenceSession, OnnxValue } from 'onnxruntime-node'
import { StartupError } from '../../errors.ts'
import { type ModelSignature, rowMode, type TensorSpec } from '../../model/signature.ts'
import { type Device, deviceRow } from '../../protocol/devices.ts'
import { isDataType, type NumericArray, type TensorData } from '../../tensor/data-type.ts'
import type { NamedTensors, Tensor } from '../../tensor/tensor.ts'
import { listNames, quote } from '../../words.ts'
import type { Runtime } from './execution-provider.ts'
import type { Source } from './source.ts'

export type Session = {
  signature: ModelSignature
  /** Outputs that are no tensors, if there are any; a run does not ask for them. */
  otherOutputs?: readonly string[]
  /** Rejects with ONNX Runtime's error. One run at a time. */
  run(inputs: NamedTensors): Promise<NamedTensors>
  release(): Promise<void>
}

type SessionOptions = InferenceSession.SessionOptions

/**
 * A model of texts meets another shape in almost each run: without an arena its buffers come anew from the system each time, and
 * ONNX Runtime would keep a plan of its memory for each shape. What its longest text takes is kept if it is no longer than this
 * (docs/decisions/0013).
 */
const MOST_KEPT_TOKENS = 1024

/**
 * Options common to all sessions. Values under `extra` are ONNX Runtime's session configuration keys, as text.
 * @param texts of a model of texts: the tokens of the longest, if there is a bound
 */
export const sessionOptions = (
  device: Device,
  threads: number,
  texts?: { longest?: number },
): SessionOptions => ({
  executionProviders: [device],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  enableCpuMemArena:
    deviceRow(device).arena || (texts?.longest ?? Number.POSITIVE_INFINITY) <= MOST_KEPT_TOKENS,
  enableMemPattern: texts === undefined,
  graphOptimizationLevel: 'all',
  logSeverityLevel: 4,
  // A thread that spins while it waits takes the core from another worker's run.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
})

const readSpecs = (metadata: readonly InferenceSession.ValueMetadata[]): TensorSpec[] =>
  metadata.flatMap((value) => {
    if (!value.isTensor) return []
    if (!isDataType(value.type))
      throw new StartupError(
        `${quote(value.name)} is of ${value.type}, which is not supported: export it as float32`,
      )
    return { name: value.name, type: value.type, dims: value.shape.map((dim) => dim ?? '') }
  })

/** Sequences, maps and optionals, by their names. */
const namesOfOthers = (metadata: readonly InferenceSession.ValueMetadata[]): string[] =>
  metadata.filter(({ isTensor }) => !isTensor).map(({ name }) => name)

const NOT_SUPPORTED = 'sequences, maps and optionals are not supported'

const readSignature = (session: InferenceSession): ModelSignature => {
  const inputs = readSpecs(session.inputMetadata)
  const outputs = readSpecs(session.outputMetadata)
  const others = namesOfOthers(session.inputMetadata)
  if (others.length > 0)
    throw new StartupError(
      `these inputs are no tensors: ${listNames(others)}; ${NOT_SUPPORTED}. Export it with a tensor for each, e.g. a sequence of tensors stacked into one`,
    )
  return { inputs, outputs, rows: rowMode(inputs, outputs) }
}

/** Plain objects are taken like ort.Tensor, whose constructor refuses float16 bits on Node 24. */
const toFeed = ({ type, dims, data }: Tensor): OnnxValue =>
  ({ type, dims, data, location: 'cpu' }) as unknown as OnnxValue

/** From Node 24 on float16 arrives as a Float16Array; everywhere here it is its bits. */
const toTensor = (value: OnnxValue): Tensor => {
  const { type, dims, data } = value as unknown as Tensor
  if (type !== 'float16' || data instanceof Uint16Array) return { type, dims, data }
  const view = data as NumericArray
  const bits: TensorData = new Uint16Array(view.buffer, view.byteOffset, view.length)
  return { type, dims, data: bits }
}

/** ONNX Runtime looks for external data beside the model, unless it is told where. */
const withDataFolder = (options: SessionOptions, folder: string | undefined): SessionOptions => {
  if (folder === undefined) return options
  const { session } = options.extra as { session: object }
  return {
    ...options,
    extra: { session: { ...session, model_external_initializers_file_folder_path: folder } },
  }
}

/**
 * @param source a path, or what `sourceOf` says
 * @throws ONNX Runtime's error, or StartupError for a model whose inputs or outputs cannot be served
 */
export const createSession = async (
  runtime: Runtime,
  source: string | Source,
  options: SessionOptions,
): Promise<Session> => {
  const { model, dataFolder } = typeof source === 'string' ? { model: source } : source
  const session = await runtime.InferenceSession.create(model as string, withDataFolder(options, dataFolder))
  const signature = readSignature(session)
  const wanted = signature.outputs.map((spec) => spec.name)
  return {
    signature,
    otherOutputs: namesOfOthers(session.outputMetadata),
    run: async (inputs) => {
      const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, toFeed(tensor)]))
      const results = await session.run(feeds, wanted)
      return new Map(wanted.map((name) => [name, toTensor(results[name] as OnnxValue)]))
    },
    release: () => session.release(),
  }
}
