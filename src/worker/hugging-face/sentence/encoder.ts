/** From a model's outputs to the vector of a text, by the modules that sentence-transformers saved beside the model. */

import { StartupError } from '../../../errors.ts'
import type { SentenceModule } from '../../../model/layouts/sentence-transformers.ts'
import type { NamedTensors, Tensor } from '../../../tensor/tensor.ts'
import { quote } from '../../../words.ts'
import type { Hub } from '../hub.ts'
import { floatsOf } from '../scores.ts'
import { tokenVectorsOutput } from '../token-vectors.ts'
import { readPooling } from './pooling.ts'

/** The output of a graph that has all of the modules in it, as Optimum exports it. */
export const SENTENCE_EMBEDDING = 'sentence_embedding'

export type SentenceEncoder = {
  /** Numbers of a vector; undefined if the model does not say. */
  dimensions: number | undefined
  /** Whether the folder says that vectors have length 1. */
  normalizes: boolean
  /** Whether tokens of a prompt count. */
  includePrompt: boolean
  /** The vector of one text, in a new array, which need not be of length 1 yet. @param tokens its own, without what was filled up */
  encode(outputs: NamedTensors, tokens: number, promptTokens: number): Float32Array
}

/** @throws StartupError for modules that are neither in the graph nor done here */
export const readEncoder = ({ model, files }: Hub): SentenceEncoder => {
  const { outputs } = model.signature
  const modules = files.sentence?.modules ?? []
  const normalizes = modules.some(({ type }) => type === 'Normalize')
  const ready = outputs.find(({ name }) => name === SENTENCE_EMBEDDING)
  if (ready !== undefined) {
    return {
      dimensions: sizeOf(ready.dims.at(-1)),
      normalizes,
      includePrompt: true,
      encode: (given) => Float32Array.from(floatsOf({ outputs: given }, SENTENCE_EMBEDDING)),
    }
  }
  const pooling = readPooling(poolingOf(modules)?.config ?? {})
  const spec = tokenVectorsOutput(model.signature)
  const width = sizeOf(spec.dims.at(-1))
  return {
    dimensions: width === undefined ? undefined : width * pooling.modes,
    normalizes,
    includePrompt: pooling.includePrompt,
    encode: (given, tokens, promptTokens) =>
      pooling.pool({
        data: floatsOf({ outputs: given }, spec.name),
        first: pooling.includePrompt ? 0 : Math.min(promptTokens, tokens - 1),
        tokens,
        width: (given.get(spec.name) as Tensor).dims.at(-1) as number,
      }),
  }
}

const sizeOf = (dim: number | string | undefined): number | undefined =>
  typeof dim === 'number' ? dim : undefined

/** Without weights of their own, or of no effect outside of training. */
const DONE = ['Transformer', 'Pooling', 'Normalize', 'Dropout']

const poolingOf = (modules: readonly SentenceModule[]): SentenceModule | undefined => {
  const other = modules.find(({ type }) => !DONE.includes(type))
  if (other !== undefined)
    throw new StartupError(
      `modules.json: the module ${quote(other.type)} has weights of its own, which are not in the ONNX file: export the whole, so that it has an output "${SENTENCE_EMBEDDING}" (optimum-cli export onnx --library sentence_transformers)`,
    )
  const poolings = modules.filter(({ type }) => type === 'Pooling')
  if (poolings.length > 1) throw new StartupError('modules.json: more than one Pooling is not supported')
  return poolings[0]
}

/** Of length 1; a vector of zeros stays one (torch's normalize divides by 1e-12 at least). In place. */
export const normalize = (vector: Float32Array): Float32Array => {
  let sum = 0
  for (const value of vector) sum += value * value
  const length = Math.max(Math.sqrt(sum), 1e-12)
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
  return vector
}

export const cosine = (a: Float32Array, b: Float32Array): number => {
  let product = 0
  let [ofA, ofB] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] as number, b[i] as number]
    product += x * y
    ofA += x * x
    ofB += y * y
  }
  return product / (Math.max(Math.sqrt(ofA), 1e-12) * Math.max(Math.sqrt(ofB), 1e-12))
}
